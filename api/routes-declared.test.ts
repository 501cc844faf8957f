import { expect, test } from '@jest/globals';
import type { Express, RequestHandler } from 'express';
import { readConfig } from '../platform/config.ts';
import type { Store } from '../platform/database/open.ts';
import { createLogger } from '../platform/logger.ts';
import type { Secrets } from '../platform/secrets.ts';
import { actions } from './auth/access.ts';
import { declarationOf } from './auth/declared.ts';
import type { ApiDeps } from './deps.ts';
import { buildApp } from './server.ts';

/** What anybody may ask for, and why. Nothing else is without a declared action. */
const publicRoutes: Record<string, string> = {
  'GET /health': 'tells a supervisor that this process is alive, and nothing of the installation',
  'GET /ready': 'tells a supervisor which parts are there; of releases and people nothing',
  'GET /a/:token': 'the right is in the address: a link of ours, or the constant page of trust §1.3',
  'POST /a/:token/decision': 'the right is in the address, and what else the stage asks for is asked there',
  'POST /a/:token/code':
    'the right is in the address; mails a code to the person of the policy, ten times at most',
  'GET /a/:token/receipt': 'the right is in the address',
  'GET /w/:token': 'the right is in the address',
  'POST /w/:token': 'the right is in the address, and what else the stage asks for is asked there',
  'GET /calendar/:file':
    'calendar programs cannot sign in: the address has a token of its own, else it goes on to the pages',
  'POST /hooks/alertmanager':
    'programs sign in with a token that is good for nothing else, and there is none unless it is configured',
  'GET /sign-in': 'where people without a session land',
  'GET /sign-in/oidc': 'leads to the provider, and writes nothing down',
  'GET /sign-in/oidc/callback': 'begins a session for whom the provider vouches for',
  'GET /sign-in/:secret': 'the right is in the address',
  'POST /sign-in/:secret': 'the right is in the address, once',
  'POST /sign-out': 'ends the session of its own cookie, and no other',
};

/** Files that say nothing of the installation; their addresses change with their contents. */
const staticFiles = /^GET \/(?:static\/|favicon\.ico,\/favicon\.svg$)/;

interface Layer {
  route?: { path: string; stack: { method?: string; handle: RequestHandler }[] };
  handle: RequestHandler & { stack?: Layer[] };
}

const nothing = {} as unknown;
const deps: ApiDeps = {
  config: readConfig({ PUBLIC_URL: 'http://127.0.0.1:8640' }),
  store: nothing as Store,
  secrets: nothing as Secrets,
  log: createLogger({ level: 'silent' }),
  engine: nothing as ApiDeps['engine'],
  inbox: true,
};

interface Found {
  name: string;
  handlers: RequestHandler[];
}

/** Every method of every route, with all handlers that a request for it passes. */
function routesOf(layers: readonly Layer[]): Found[] {
  return layers.flatMap(({ route, handle }) => {
    if (!route) return routesOf(handle.stack ?? []);
    const methods = new Set(route.stack.flatMap(({ method }) => (method === undefined ? [] : [method])));
    const forAll = route.stack.filter(({ method }) => method === undefined);
    const others: Found[] = forAll.map(({ handle: one }) => ({ name: `* ${route.path}`, handlers: [one] }));
    return [
      ...[...methods].map((method) => ({
        name: `${method.toUpperCase()} ${route.path}`,
        handlers: route.stack.filter((one) => one.method === method).map((one) => one.handle),
      })),
      ...others,
    ];
  });
}

const stackOf = (app: Express): Layer[] => (app as unknown as { router: { stack: Layer[] } }).router.stack;
const found = routesOf(stackOf(buildApp(deps)));
const declares = ({ handlers }: Found): boolean => handlers.some((one) => declarationOf(one) !== undefined);

test('the walk finds the routes: those of the API, of the pages, of the links', () => {
  const names = found.map(({ name }) => name);
  for (const name of [
    'GET /v1/me',
    'POST /v1/releases/:id/pause',
    'GET /releases/:id',
    'POST /a/:token/decision',
  ])
    expect(names).toContain(name);
  expect(names.length).toBeGreaterThan(90);
});

test('a route without a declared action is found', () => {
  const app = buildApp(deps);
  app.get('/planted', (_req, res) => void res.send('everything'));
  const bad = routesOf(stackOf(app)).filter((one) => !declares(one) && publicRoutes[one.name] === undefined);
  expect(bad.map(({ name }) => name)).toContain('GET /planted');
});

test('every route declares its action, but for a few that say why not', () => {
  const bad = found
    .filter((one) => !declares(one))
    .map(({ name }) => name)
    .filter((name) => publicRoutes[name] === undefined && !staticFiles.test(name) && !isShared(name));
  expect(bad).toEqual([]);
});

test('no entry of the public list is left over, and none has an action besides', () => {
  const names = new Set(found.map(({ name }) => name));
  expect(Object.keys(publicRoutes).filter((name) => !names.has(name))).toEqual([]);
  const acting = found.filter(({ handlers }) =>
    handlers.some((one) => 'action' in (declarationOf(one) ?? {})),
  );
  expect(acting.filter(({ name }) => publicRoutes[name] !== undefined).map(({ name }) => name)).toEqual([]);
});

test('every action of the table is asked for by some route', () => {
  const asked = new Set(
    found.flatMap(({ handlers }) =>
      handlers.flatMap((one) => {
        const declaration = declarationOf(one);
        return declaration && 'action' in declaration ? [declaration.action] : [];
      }),
    ),
  );
  expect(actions.filter((action) => !asked.has(action))).toEqual([]);
});

/** Limits stand on all methods of an address of a one-time link, in front of its handlers. */
const isShared = (name: string): boolean => name === '* /sign-in/:secret';
