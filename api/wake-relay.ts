import { GantryError } from '../platform/errors.ts';
import { openChannel, type Channel } from '../platform/record/channel.ts';
import {
  claimWakes,
  nextWakeInMs,
  wakeChannel,
  type Wake,
  type WakeOutcome,
} from '../platform/record/calendar/wakes.ts';
import { calendarTouchedSignal, calendarWatchId } from '../workflows/contract-calendar-watch.ts';
import { regressionChangedSignal, type RegressionChangedMessage } from '../workflows/contract-regression.ts';
import { trainChangedSignal, trainWorkflowId } from '../workflows/contract-train.ts';
import {
  calendarChangedSignal,
  quarantineChangedSignal,
  type CalendarChangedMessage,
  type QuarantineChangedMessage,
} from '../workflows/contract.ts';
import type { ApiDeps } from './deps.ts';

/** So many wakes are locked at a time: enough that a thousand take a few rounds, few enough that two relays share them. */
const batch = 200;
/**
 * Signals under way at once: few, because workers answer more slowly than the engine takes signals in, and what waits for its
 * worker longer than `stickyQueueScheduleToStartTimeout` costs the engine as much again.
 */
const atOnce = 4;
/** Looked at least this often, should the database's word have been lost. */
const pollMs = 5_000;
/** What is due and still not ours to deliver is in the hands of another relay: no reason to ask without a pause. */
const shortestPauseMs = 250;

/**
 * Delivers wakes until `stopped`: at once when the database tells of new ones, again when one that could not be delivered
 * is due, and now and then in any case. What is not delivered stays for the next process.
 */
export async function relayWakes(deps: ApiDeps, stopped: AbortSignal): Promise<void> {
  const bell = newBell();
  stopped.addEventListener('abort', bell.ring);
  let channel: Channel | undefined;
  while (!stopped.aborted) {
    try {
      channel ??= await openChannel(deps.store, wakeChannel, { heard: bell.ring, back: bell.ring }, deps.log);
      await wakeRound(deps, stopped);
      const dueInMs = (await nextWakeInMs(deps.store.db)) ?? pollMs;
      await bell.rung(Math.min(pollMs, Math.max(shortestPauseMs, dueInMs)));
    } catch (error) {
      deps.log.warn({ error }, 'the relay could not deliver wakes');
      await bell.rung(pollMs);
    }
  }
  await channel?.close().catch(() => undefined);
}

/** One round: everything that is due now. Answers how many were delivered, or found nobody to be delivered to. */
export async function wakeRound(deps: ApiDeps, stopped?: AbortSignal): Promise<number> {
  let delivered = 0;
  for (let isMore = true; isMore && !stopped?.aborted;) {
    const { claimed, settled } = await claimWakes(deps.store.db, batch, (wakes) => deliverAll(deps, wakes));
    delivered += settled;
    // Where some are left the engine is away, or they are not due yet: the next round is for them.
    isMore = claimed === batch && settled === claimed;
  }
  return delivered;
}

/** All of them side by side, up to the first sign that the engine is away: asking for the rest would only take longer. */
async function deliverAll(deps: ApiDeps, wakes: readonly Wake[]): Promise<ReadonlyMap<number, WakeOutcome>> {
  const outcomes = new Map<number, WakeOutcome>();
  const waiting = [...wakes];
  const work = async (): Promise<void> => {
    for (let wake = waiting.shift(); wake; wake = waiting.shift()) {
      const outcome = await deliverOne(deps, wake);
      if (outcome === 'unreachable') waiting.length = 0;
      else outcomes.set(wake.id, outcome);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, work));
  return outcomes;
}

async function deliverOne(deps: ApiDeps, wake: Wake): Promise<WakeOutcome | 'unreachable'> {
  try {
    await deps.engine.signal({ workflowId: wake.workflowId, ...messageFor(wake) });
    return 'delivered';
  } catch (error) {
    // Nobody of that name runs: it has ended, or it has not begun, and then it will read the calendar as it is.
    if (error instanceof GantryError && error.code === 'RELEASE_ENDED') return 'gone';
    if (error instanceof GantryError && error.code === 'TEMPORAL_UNREACHABLE') return 'unreachable';
    deps.log.error({ error, wakeId: wake.id, workflowId: wake.workflowId }, 'a wake could not be delivered');
    return 'away';
  }
}

function messageFor({ id, workflowId, revision, cause, about }: Wake): { name: string; input?: unknown } {
  if (about && 'regression' in about) {
    const news: RegressionChangedMessage = { ...about, sentence: cause };
    return { name: regressionChangedSignal, input: news };
  }
  if (about) {
    const news: QuarantineChangedMessage = { ...about, sentence: cause };
    return { name: quarantineChangedSignal, input: news };
  }
  if (workflowId === calendarWatchId) return { name: calendarTouchedSignal };
  if (workflowId.startsWith(trainWorkflowId(''))) return { name: trainChangedSignal };
  const message: CalendarChangedMessage = { wakeId: String(id), revision, sentence: cause };
  return { name: calendarChangedSignal, input: message };
}

/** Something to wait for that may ring before anybody waits, and may be waited for no longer than some time. */
function newBell(): { ring: () => void; rung: (ms: number) => Promise<void> } {
  let isRinging = false;
  let hear: () => void = () => undefined;
  return {
    ring: () => {
      isRinging = true;
      hear();
    },
    rung: async (ms) => {
      if (!isRinging)
        await new Promise<void>((resolve) => {
          const timer = setTimeout(resolve, ms);
          hear = () => {
            clearTimeout(timer);
            resolve();
          };
        });
      isRinging = false;
      hear = () => undefined;
    },
  };
}
