import type { ReleaseOrder, ReleaseView } from '../domain/release/release.ts';
import { GantryError } from '../platform/errors.ts';
import { pause } from '../platform/pause.ts';
import { sweepWakes } from '../platform/record/calendar/wakes.ts';
import { claimPending } from '../platform/record/approvals.ts';
import { sweepIdempotencyKeys } from '../platform/record/idempotency.ts';
import { notStarted } from '../platform/record/releases.ts';
import { sweepSessions } from '../platform/record/sessions.ts';
import { deliver } from './decide.ts';
import { nowOf, type ApiDeps } from './deps.ts';
import { ensureEntities } from './entities.ts';
import { mendRowsOfOlder } from './mend-rows-of-older.ts';
import { isDisagreement, startRelease } from './start-release.ts';
import { stallRound } from './stall-watch.ts';
import { watchAgreement } from './watch-agreement.ts';
import { relayWakes } from './wake-relay.ts';

/** Nothing is due sooner than seconds after it was recorded, so a bell that rings at each entry would only wake it in vain. */
const roundMs = 1_000;
const sweepMs = 600_000;
/** A train that the policy has gained departs at the earliest in its cut-off, so this is soon enough. */
const trainsMs = 15_000;
/** A release that stands still is shown within a minute after the engine has marked it (fault matrix, row 32). */
const stallsMs = 20_000;
/** Processes of an older version end with the upgrade; until then another name for a banned build passes for no longer than this. */
const mendMs = 60_000;
/** Small, because what is claimed is locked for as long as Temporal takes to answer. */
const batch = 20;

export interface Relay {
  /** Ends after the round that runs; what it has not delivered stays for the next process. */
  close(): Promise<void>;
}

/**
 * Starts what was recorded while Temporal was away, delivers decisions that were received but not counted (trust §1.5), and wakes
 * whoever a change of the calendar concerns.
 */
export function startRelay(deps: ApiDeps): Relay {
  const stopped = new AbortController();
  const going = Promise.all([
    run(deps, stopped.signal),
    relayWakes(deps, stopped.signal),
    watchAgreement(deps, stopped.signal),
  ]);
  return {
    async close() {
      stopped.abort();
      await going;
    },
  };
}

async function run(deps: ApiDeps, stopped: AbortSignal): Promise<void> {
  let sweptAt = 0;
  let trainsAt = 0;
  let stallsAt = 0;
  let mendedAt = 0;
  while (!stopped.aborted) {
    try {
      if (nowOf(deps).getTime() - mendedAt > mendMs) {
        mendedAt = nowOf(deps).getTime();
        // Before what asks the engine: where that is away, this is done all the same.
        await mendRowsOfOlder(deps).catch((error: unknown) =>
          deps.log.warn({ error }, 'rows of processes of an older version could not be completed'),
        );
      }
      await relayRound(deps);
      if (nowOf(deps).getTime() - trainsAt > trainsMs) {
        await ensureEntities(deps);
        trainsAt = nowOf(deps).getTime();
      }
      if (nowOf(deps).getTime() - stallsAt > stallsMs) {
        stallsAt = nowOf(deps).getTime();
        // Only a help: an engine that cannot answer it must not keep the rest of a round from its turn.
        await stallRound(deps).catch((error: unknown) =>
          deps.log.warn({ error }, 'releases that stand still could not be looked for'),
        );
      }
      if (nowOf(deps).getTime() - sweptAt > sweepMs) {
        await sweep(deps);
        sweptAt = nowOf(deps).getTime();
      }
    } catch (error) {
      // The database or the engine is away: they are asked again in the next round, for as long as it takes.
      deps.log.warn({ error }, 'the relay could not finish a round');
    }
    await pause(roundMs, stopped);
  }
}

/** One round: everything that is due now, once. */
export async function relayRound(deps: ApiDeps): Promise<{ started: number; delivered: number }> {
  const waiting = await notStarted(deps.store.db, { limit: batch, without: refusedLately(deps) });
  let started = 0;
  for (const { order, view } of waiting) started += (await isStarted(deps, order, view)) ? 1 : 0;
  const delivered = await claimPending(
    deps.store.db,
    batch,
    async (decision) => (await deliver(deps, decision)).outcome,
  );
  return { started, delivered };
}

/** One release that cannot be started must not keep the others from it; an engine that is away ends the round. */
async function isStarted(deps: ApiDeps, order: ReleaseOrder, view: ReleaseView): Promise<boolean> {
  try {
    await startRelease(deps, order, view);
    return true;
  } catch (error) {
    if (isDisagreement(error)) {
      tellOnce(deps, order.releaseId, error);
      return false;
    }
    if (error instanceof GantryError) throw error;
    deps.log.error({ error, releaseId: order.releaseId }, 'a release could not be started');
    return false;
  }
}

/** Releases whose workflow id is taken, each with when it was refused last, in epoch ms. */
const refused = new WeakMap<ApiDeps['engine'], Map<string, number>>();
/** Nothing but a person changes that, so it is tried once in a while; in every round, twenty of them would leave no place for others. */
const refusedAgainMs = 60_000;

const refusedLately = (deps: ApiDeps): string[] =>
  [...(refused.get(deps.engine) ?? [])]
    .filter(([, at]) => nowOf(deps).getTime() - at < refusedAgainMs)
    .map(([id]) => id);

/** Told once by each process. */
function tellOnce(deps: ApiDeps, releaseId: string, error: GantryError): void {
  const known = refused.get(deps.engine) ?? new Map<string, number>();
  refused.set(deps.engine, known);
  const isTold = known.has(releaseId);
  known.set(releaseId, nowOf(deps).getTime());
  if (isTold) return;
  const { detail, remedy } = error.problem;
  deps.log.error(
    { releaseId, because: detail, remedy },
    'a release is not started: its workflow id is taken',
  );
}

async function sweep(deps: ApiDeps): Promise<void> {
  await sweepSessions(deps.store.db, nowOf(deps));
  await sweepIdempotencyKeys(deps.store.db, nowOf(deps));
  await sweepWakes(deps.store.db, nowOf(deps));
}
