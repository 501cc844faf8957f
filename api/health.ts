import { statfs } from 'node:fs/promises';
import type { Express } from 'express';
import { sql } from 'kysely';
import { lastWorker } from '../platform/record/worker-heartbeats.ts';
import type { ApiDeps } from './deps.ts';
import { disagreementOf } from './watch-agreement.ts';
import { version } from './version.ts';
import { instantText } from '../domain/instant-text.ts';

/** One thing that Gantry needs. Only `down` makes it not ready; `degraded` means that decisions can still be received. */
interface Part {
  state: 'up' | 'degraded' | 'down';
  detail: string;
  remedy?: string;
}

const workerSeenMs = 60_000;
const leastFreeBytes = 64 * 1024 * 1024;

/** `/health`: this process is alive. `/ready`: each thing it needs, with what to do where something is missing (ux §2.4). */
export function mountHealth(app: Express, deps: ApiDeps): void {
  app.get('/health', (_req, res) => void res.json({ status: 'up', version }));
  app.get('/ready', async (_req, res) => {
    const parts = await readiness(deps);
    const states = Object.values(parts).map((part) => part.state);
    const status = states.includes('down') ? 'down' : states.includes('degraded') ? 'degraded' : 'up';
    res.status(status === 'down' ? 503 : 200).set('Cache-Control', 'no-store');
    if (status === 'down') res.set('Retry-After', '5');
    res.json({ status, parts });
  });
}

async function readiness(deps: ApiDeps): Promise<Record<string, Part>> {
  const draining: Part | undefined =
    deps.draining?.aborted === true ? { state: 'down', detail: 'This process is stopping.' } : undefined;
  const [database, temporal, disk] = await Promise.all([
    databasePart(deps),
    temporalPart(deps),
    diskPart(deps),
  ]);
  const worker = database.state === 'up' ? await workerPart(deps) : undefined;
  return {
    database,
    temporal,
    ...(worker ? { worker } : {}),
    ...agreementPart(deps),
    disk,
    ...(draining ? { process: draining } : {}),
  };
}

/** Only where something was found: it moves nothing on, and decisions are still received. */
function agreementPart(deps: ApiDeps): { agreement?: Part } {
  const problem = disagreementOf(deps)?.problem;
  return problem ? { agreement: { state: 'degraded', detail: problem.detail, remedy: problem.remedy } } : {};
}

async function databasePart({ store }: ApiDeps): Promise<Part> {
  try {
    await sql`select id from installation`.execute(store.db);
    return { state: 'up', detail: 'The record answers.' };
  } catch {
    return {
      state: 'down',
      detail: 'The record does not answer, or its tables are missing.',
      remedy: 'Start PostgreSQL, or correct DATABASE_URL; `gantry doctor` tells which.',
    };
  }
}

async function temporalPart({ engine, lacking }: ApiDeps): Promise<Part> {
  if (await engine.isReachable()) {
    const problem = lacking?.()?.problem;
    if (problem) return { state: 'degraded', detail: problem.detail, remedy: problem.remedy };
    return { state: 'up', detail: 'Temporal answers.' };
  }
  return {
    state: 'degraded',
    detail: 'Temporal does not answer: decisions are received and counted later.',
    remedy: 'Start the Temporal server, or correct TEMPORAL_ADDRESS.',
  };
}

async function workerPart({ store: { db } }: ApiDeps): Promise<Part> {
  const last = await lastWorker(db, workerSeenMs);
  if (last?.isThere)
    return { state: 'up', detail: `A worker was seen at ${instantText(last.seenAt.toISOString())}.` };
  const since = last ? `since ${instantText(last.seenAt.toISOString())}` : 'ever';
  return {
    state: 'degraded',
    detail: `No worker was seen ${since}: nothing moves on.`,
    remedy: 'Start one: gantry worker.',
  };
}

async function diskPart({ config }: ApiDeps): Promise<Part> {
  try {
    const { bavail, bsize } = await statfs(config.dataDir);
    const free = bavail * bsize;
    if (free >= leastFreeBytes)
      return { state: 'up', detail: `${Math.floor(free / 1_048_576)} MiB are free.` };
    return {
      state: 'down',
      detail: `Only ${Math.floor(free / 1_048_576)} MiB are free on the disk of the data folder.`,
      remedy:
        'Free some room there. Releases go on by themselves then; nothing that was acknowledged is lost.',
    };
  } catch {
    // Apart from a database of its own, a production process keeps nothing on this disk.
    return { state: 'up', detail: 'No data folder here.' };
  }
}
