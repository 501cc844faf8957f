import { Router, type RequestHandler } from 'express';
import type { z } from 'zod';
import { GantryError } from '../../platform/errors.ts';
import { authorise, requireCaller } from '../auth/caller.ts';
import { declared } from '../auth/declared.ts';
import { toldTo } from '../auth/told-to.ts';
import { nowOf } from '../deps.ts';
import { parsed } from './parse.ts';
import { requestIdOf } from './request-id.ts';
import type { Call, Reply, Route, RouteDeps } from './route.ts';

/** The router of all operations. Each is signed in, read, authorised, done and answered in this order. */
export function serve(routes: readonly Route[], deps: RouteDeps): Router {
  const router = Router({ caseSensitive: true });
  for (const path of new Set(routes.map((one) => one.path))) {
    const there = routes.filter((one) => one.path === path);
    const address = router.route(path.replaceAll(/\{(\w+)\}/g, ':$1'));
    for (const one of there) address[one.method](handlerOf(one, deps));
    address.all(methodNotAllowed(there));
  }
  return router;
}

function handlerOf(route: Route, deps: RouteDeps): RequestHandler {
  return declared({ action: route.action }, async (req, res) => {
    const caller = requireCaller(res);
    const call: Call<unknown, unknown, unknown> = {
      deps,
      caller,
      params: parsed(route.params, req.params, 'path'),
      query: parsed(route.query, req.query, 'query'),
      body: route.body && readBody(route.body, req.body, req.is(['json', '+json']), req.get('content-type')),
      now: nowOf(deps),
      requestId: requestIdOf(res),
      req,
      res,
    };
    const subject = await route.subject?.(call);
    authorise(deps.log, caller, route.action, subject?.object);
    const reply = await route.handle(call, subject?.value);
    if (reply) answer(call, route, reply);
  });
}

/** `is` answers null for no body at all, false for another type. */
function readBody(
  schema: z.ZodType,
  body: unknown,
  isJson: string | false | null,
  type: string | undefined,
): unknown {
  if (isJson === false) throw new GantryError('MEDIA_TYPE_UNSUPPORTED', { type: type ?? '' });
  return parsed(schema, isJson === null ? {} : body, 'body');
}

function answer({ caller, req, res }: Call<unknown, unknown, unknown>, route: Route, reply: Reply): void {
  res.status(reply.status ?? route.answer.status).set({ 'Cache-Control': 'no-store', ...reply.headers });
  if (reply.seq !== undefined) res.set('ETag', `"${reply.seq}"`);
  if (reply.seq !== undefined && req.method === 'GET' && req.get('if-none-match') === `"${reply.seq}"`) {
    res.status(304).end();
    return;
  }
  if (reply.body === undefined) res.end();
  else if (typeof reply.body === 'string') res.type(route.answer.type ?? 'text/plain').send(reply.body);
  else res.json(toldTo(caller, reply.body));
}

function methodNotAllowed(there: readonly Route[]): RequestHandler {
  const allowed = there.map((one) => one.method.toUpperCase()).join(', ');
  return declared({ refuses: true }, (req, res) => {
    res.set('Allow', allowed);
    throw new GantryError('METHOD_NOT_ALLOWED', { method: req.method, path: req.path });
  });
}
