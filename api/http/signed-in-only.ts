import type { RequestHandler } from 'express';
import { requireCaller } from '../auth/caller.ts';

/** What anybody may load: it says nothing of this installation. */
const open = /^\/(static\/|favicon\.(ico|svg)$|robots\.txt$)/;

/** Behind this line somebody is signed in, whatever address is asked for: an unknown one does not even say that it is unknown. */
export const signedInOnly: RequestHandler = (req, res, next) => {
  if (!open.test(req.path)) requireCaller(res);
  next();
};
