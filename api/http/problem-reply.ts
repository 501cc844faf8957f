import type { ErrorRequestHandler, Request, RequestHandler, Response } from 'express';
import type { Problem, ProblemCode } from '../../domain/problem-code.ts';
import { storageProblem } from '../../platform/database/storage-problem.ts';
import { nothingAt } from '../../platform/problems/input.ts';
import { GantryError, problem } from '../../platform/errors.ts';
import { callerOf } from '../auth/caller.ts';
import { toldTo } from '../auth/told-to.ts';
import { nowOf, type ApiDeps } from '../deps.ts';
import { localProblem } from './local-problem.ts';
import { requestIdOf } from './request-id.ts';

/** Shows a problem to a browser; supplied by the pages. */
export type ProblemPage = (shown: { problem: Problem; requestId: string }) => string;

/** A problem as RFC 9457 has it, with our own members beside (ux §2.2). */
export function problemDocument(
  shown: Problem,
  requestId: string,
  publicUrl: string,
): Record<string, unknown> {
  const { code, title, status, detail, remedy, changed, retryable, errors } = shown;
  return {
    type: `${publicUrl}/docs/problems#${code.toLowerCase().replaceAll('_', '-')}`,
    code,
    title,
    status,
    detail,
    remedy,
    changed,
    retryable,
    instance: `/requests/${requestId}`,
    requestId,
    ...(errors ? { errors } : {}),
  };
}

/** The one place where a failure becomes a reply. What is not a known problem is a defect: logged whole, told without a word of it. */
export function replyWithProblem(deps: ApiDeps, page: ProblemPage): ErrorRequestHandler {
  return (error: unknown, req, res, next) => {
    if (res.headersSent) {
      // The reply has begun, so its status cannot say it any more: cut the line, which the client notices.
      deps.log.warn({ error, requestId: requestIdOf(res) }, 'reply broken off');
      next(error);
      return;
    }
    const caller = callerOf(res);
    const shown = caller ? toldTo(caller, problemOf(error)) : problemOf(error);
    const level = shown.status >= 500 ? 'error' : 'debug';
    deps.log[level](
      { code: shown.code, status: shown.status, path: req.path, requestId: requestIdOf(res), error },
      shown.title,
    );
    send(req, res, shown, deps, page);
  };
}

/** Nothing is at this address. */
export const notFound: RequestHandler = (req) => {
  throw new GantryError('NOT_FOUND', { what: nothingAt, id: req.path });
};

function send(req: Request, res: Response, shown: Problem, deps: ApiDeps, page: ProblemPage): void {
  const requestId = requestIdOf(res);
  res.status(shown.status).set('Cache-Control', 'no-store').vary('Accept');
  if ((shown.status === 429 || shown.status === 503) && !res.hasHeader('Retry-After'))
    res.set('Retry-After', '5');
  if (shown.status === 401 && !res.hasHeader('WWW-Authenticate'))
    res.set('WWW-Authenticate', 'Bearer realm="gantry"');
  if (req.accepts(['json', 'html']) === 'html') {
    const zone = callerOf(res)?.zone;
    const told = zone === undefined ? shown : localProblem(shown, { now: nowOf(deps), zone });
    res.type('html').send(page({ problem: told, requestId }));
    return;
  }
  res
    .type('application/problem+json')
    .send(JSON.stringify(problemDocument(shown, requestId, deps.config.publicUrl)));
}

/** The known problem behind any thrown value. */
export function problemOf(error: unknown): Problem {
  if (error instanceof GantryError) return error.problem;
  const storage = storageProblem(error);
  if (storage) return storage.problem;
  return clientMistake(error) ?? problem('DEFECT');
}

const byStatus: Partial<Record<number, ProblemCode>> = {
  400: 'REQUEST_MALFORMED',
  404: 'NOT_FOUND',
  413: 'BODY_TOO_LARGE',
  415: 'MEDIA_TYPE_UNSUPPORTED',
};

/** What Express and its body parsers refuse by themselves: they throw errors with a 4xx status. */
function clientMistake(error: unknown): Problem | undefined {
  if (!(error instanceof Error) || !('status' in error) || typeof error.status !== 'number') return undefined;
  if (error.status < 400 || error.status > 499) return undefined;
  return problem(byStatus[error.status] ?? 'REQUEST_MALFORMED', { detail: error.message });
}
