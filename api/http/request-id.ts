import type { RequestHandler, Response } from 'express';
import { newId } from '../../platform/ids.ts';

/** Each request has an id: the caller's own where it is a plain word, else a new one. It comes back, and stands in the log. */
export const withRequestId: RequestHandler = (req, res, next) => {
  const given = req.get('request-id');
  res.set('Request-Id', given !== undefined && /^[A-Za-z0-9._-]{1,64}$/.test(given) ? given : newId('req'));
  next();
};

export const requestIdOf = (res: Response): string => String(res.getHeader('Request-Id'));
