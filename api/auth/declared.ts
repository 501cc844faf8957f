import type { RequestHandler } from 'express';
import type { Logger } from '../../platform/logger.ts';
import type { Action } from './access.ts';
import { authorise, requireCaller } from './caller.ts';

/** What a handler says of itself: what must be allowed before it acts, or that it only refuses other methods. */
export type Declaration = { action: Action } | { refuses: true };

const key = Symbol('declared');
type Marked = RequestHandler & { [key]?: Declaration };

/**
 * Marks a handler with the action that it is authorised for. A test walks the router of the whole application, and fails for a
 * route without such a mark that is not on its list of public ones (trust §4.2).
 */
export function declared(declaration: Declaration, handler: RequestHandler): RequestHandler {
  (handler as Marked)[key] = declaration;
  return handler;
}

export const declarationOf = (handler: RequestHandler): Declaration | undefined => (handler as Marked)[key];

/** Lets on only who may do this; stands before handlers that ask nothing themselves. */
export const allowed = (log: Pick<Logger, 'info'>, action: Action): RequestHandler =>
  declared({ action }, (_req, res, next) => {
    authorise(log, requireCaller(res), action);
    next();
  });
