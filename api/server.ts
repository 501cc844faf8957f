import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Client, Connection } from '@temporalio/client';
import express, { type Express } from 'express';
import { codeMailer } from '../platform/code-mail.ts';
import { pathText } from '../domain/policy/problem.ts';
import { findUnprovableLevels } from '../domain/policy/rules/assurance.ts';
import type { Store } from '../platform/database/open.ts';
import { GantryError } from '../platform/errors.ts';
import { openIdProvider } from '../platform/oidc.ts';
import { currentPolicy } from '../platform/record/policies.ts';
import { ensureSearchAttributes } from '../platform/temporal/search-attributes.ts';
import { searchAttributes } from '../workflows/contract.ts';
import { authenticate } from './auth/authenticate.ts';
import { mountSignIn } from './auth/sign-in.ts';
import type { ApiDeps } from './deps.ts';
import { temporalEngine } from './engine.ts';
import { mountDocs } from './docs/mount-docs.ts';
import { bodies } from './http/body.ts';
import { ownHostOnly } from './http/host.ts';
import { notFound, replyWithProblem } from './http/problem-reply.ts';
import { perMinute } from './http/rate-limit.ts';
import { withRequestId } from './http/request-id.ts';
import { securityHeaders } from './http/security-headers.ts';
import { serve } from './http/serve.ts';
import { signedInOnly } from './http/signed-in-only.ts';
import { mountFeed } from './feed.ts';
import { mountAlertmanager } from './hooks/alertmanager.ts';
import { mountHealth } from './health.ts';
import { mountMailLinks } from './mail-links/index.ts';
import { mountMetrics } from './metrics.ts';
import { mountPages } from './pages/index.ts';
import { renderProblemPage } from './pages/problem.ts';
import { startRelay } from './relay.ts';
import { seeToAttributes } from './see-to-attributes.ts';
import { routes } from './routes/index.ts';
import { openStreams } from './streams.ts';

/** Requests of one caller in a minute; generous, because the limit is against accidents and guessing, not against work. */
const callsPerMinute = 3_000;
const drainMs = 5_000;

export interface RunningApi {
  url: string;
  port: number;
  /** Answers what is under way, ends streams and the relay; at most five seconds. */
  close(): Promise<void>;
}

/** Dependencies as a process has them: the engine is made of its Temporal connection. */
export type StartApiDeps = Omit<ApiDeps, 'engine' | 'provider' | 'sendCode'> & {
  temporal: { connection: Connection; client: Client };
};

/** The whole API as an Express application. It listens to nothing and starts nothing. */
export function buildApp(deps: ApiDeps): Express {
  const app = express();
  app.disable('x-powered-by').set('query parser', 'simple').set('trust proxy', false);
  app.use(withRequestId, securityHeaders(deps.config.publicUrl), ownHostOnly(deps.config.publicUrl));
  mountHealth(app, deps);
  app.use(bodies);
  mountMailLinks(app, deps);
  mountFeed(app, deps);
  mountAlertmanager(app, deps);
  mountSignIn(app, deps);
  app.use(authenticate(deps), signedInOnly);
  mountMetrics(app, deps);
  mountDocs(app, deps);
  app.use('/v1', perMinute('api', callsPerMinute));
  app.use(serve(routes, { ...deps, streams: openStreams(deps) }));
  mountPages(app, deps);
  app.use(notFound, replyWithProblem(deps, renderProblemPage));
  return app;
}

/** Listens, and starts the relay that hands over what Temporal has not taken yet. @throws PORT_IN_USE, CONFIGURATION_INVALID */
export async function startApi({ temporal, ...parts }: StartApiDeps): Promise<RunningApi> {
  await refuseUnprovable(parts.store, parts.config.oidc !== undefined);
  const draining = new AbortController();
  const server = createServer({ maxHeaderSize: 16_384, headersTimeout: 10_000, requestTimeout: 30_000 });
  const port = await listen(server, parts.config.host, parts.config.port);
  // Port 0 has taken a free one, which only now is known; every link that we hand out must name it.
  const config = { ...parts.config, port, publicUrl: parts.config.publicUrl.replace(/:0$/, `:${port}`) };
  const { oidc, outgoingAllow: allow } = config;
  const attributes = seeToAttributes(
    async () =>
      ensureSearchAttributes(
        temporal.connection,
        config.temporal.namespace,
        Object.values(searchAttributes),
        { signal: draining.signal },
      ),
    { log: parts.log, stopped: draining.signal },
  );
  const deps: ApiDeps = {
    ...parts,
    config,
    engine: temporalEngine(temporal),
    ...(config.smtpUrl === undefined
      ? {}
      : { sendCode: codeMailer({ smtpUrl: config.smtpUrl, from: config.mailFrom }) }),
    ...(oidc ? { provider: openIdProvider(oidc, { allow }) } : {}),
    draining: draining.signal,
    lacking: attributes.problem,
  };
  server.on('request', buildApp(deps));
  const relay = startRelay(deps);
  deps.log.info({ port }, 'the API listens');
  return {
    url: config.publicUrl,
    port,
    async close() {
      draining.abort();
      await Promise.all([relay.close(), drained(server), attributes.ended]);
    },
  };
}

/** The policy in force may ask for sign-ins that nobody could do any more: said at the start, and never taken for less. */
async function refuseUnprovable(store: Store, hasProvider: boolean): Promise<void> {
  const policy = hasProvider ? undefined : (await currentPolicy(store.db))?.policy;
  const errors = policy
    ? findUnprovableLevels(policy).map(({ path, ...mistake }) => ({ pointer: pathText(path), ...mistake }))
    : [];
  if (errors.length === 0) return;
  const detail = `the policy in force asks for sign-ins (${errors.map(({ pointer }) => pointer).join(', ')}), and OIDC_ISSUER is not set`;
  throw new GantryError('CONFIGURATION_INVALID', { detail }, { errors });
}

async function listen(server: Server, host: string, port: number): Promise<number> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      reject(
        error.code === 'EADDRINUSE'
          ? new GantryError('PORT_IN_USE', { port, host }, { cause: error })
          : error,
      );
    });
    server.listen({ host, port }, resolve);
  });
  return (server.address() as AddressInfo).port;
}

async function drained(server: Server): Promise<void> {
  const cut = setTimeout(() => server.closeAllConnections(), drainMs);
  await new Promise((resolve) => {
    server.close(resolve);
    server.closeIdleConnections();
  });
  clearTimeout(cut);
}
