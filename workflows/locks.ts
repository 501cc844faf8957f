import { CancellationScope, workflowInfo } from '@temporalio/workflow';
import { requestedWords } from '../domain/gates/lock/requested.ts';
import { classRank } from '../domain/release/action-class.ts';
import type { StagePlan } from '../domain/release/plan.ts';
import { classOf } from './calendar.ts';
import { doorInput, keepDoorAhead } from './door.ts';
import type { LockGrant } from './contract.ts';
import { record } from './proxies.ts';
import type { ReleaseRun } from './run.ts';

/** What a stage locks: the whole environment where that is exclusive, else each of its services. Sorted, so that two releases never wait for each other. */
export const lockKeys = (stage: StagePlan): string[] =>
  stage.exclusive
    ? ['*']
    : stage.locks
      ? stage.locks
      : stage.components.map((component) => component.service).sort();

/** Rank of the action class in the queue: rollback before planned (semantics §2). */
const rankOf = (run: ReleaseRun, stage: StagePlan): number =>
  run.hasCalendar ? classRank(classOf(run, stage)) : run.order.intent === 'rollback' ? 0 : 2;

/**
 * While a grant is waited for, it is asked for again so often, with the first time of asking: the record may have been put back to an
 * earlier time, or who keeps the queue was ended by hand.
 */
const askAgainMs = 15 * 60_000;

/** When to ask again, where a grant is waited for; epoch milliseconds. */
export function nextLockLook(run: ReleaseRun, { environment }: StagePlan): number[] {
  const asked = run.lockAsks.get(environment);
  return run.version < 5 || !asked || run.locks.has(environment) ? [] : [asked.last + askAgainMs];
}

/** Queues for the environment; true where this call did it. A grant that is not in the answer comes as a signal. */
export async function requestLock(run: ReleaseRun, stage: StagePlan): Promise<boolean> {
  if (run.requestedLocks.has(stage.environment)) {
    if (nextLockLook(run, stage).every((at) => Date.now() < at)) return false;
    return askForLock(run, stage);
  }
  if (run.recorder.isFreeing(stage.environment)) {
    // or it would free the new grant
    if (run.version >= 5) await run.recorder.written();
    else run.recorder.keep(stage.environment);
  }
  run.requestedLocks.add(stage.environment);
  return askForLock(run, stage);
}

async function askForLock(run: ReleaseRun, stage: StagePlan): Promise<boolean> {
  const wasAsked = run.lockAsks.has(stage.environment);
  const { first = run.now } = run.lockAsks.get(stage.environment) ?? {};
  run.lockAsks.set(stage.environment, { first, last: Date.now() });
  const question = doorInput(run, stage, true);
  const { door, ...place } = await run.recorder.alone(() =>
    record.enqueueLock({
      environment: stage.environment,
      // an older worker that took it over would not know the answer, and ask once more
      ...(run.version >= 4 ? { door: question } : {}),
      request: {
        owner: workflowInfo().workflowId,
        releaseId: run.view.id,
        title: run.title,
        keys: lockKeys(stage),
        classRank: rankOf(run, stage),
        requestedAt: first,
        ...(stage.queue === 'newestWins'
          ? {
              brings: {
                intent: run.plan.onlyCalledBack ? 'deploy' : run.order.intent,
                components: stage.components.map(({ service, version }) => ({ service, version })),
              },
            }
          : {}),
      },
    }),
  );
  if (place.grant) {
    run.locks.set(stage.environment, place.grant);
    run.touch();
    if (door) keepDoorAhead(run, stage, question, door);
    return true;
  }
  run.lockPlaces.set(stage.environment, place);
  const early = run.locks.get(stage.environment); // came before this answer, if it is not of an earlier request
  if (early && early.fence <= (place.lastFence ?? 0)) run.locks.delete(stage.environment);
  if (wasAsked) return !run.locks.has(stage.environment);
  const { holder } = place;
  const words = requestedWords({ title: run.title, environment: stage.environment, holder });
  run.tell('lock.requested', stage.environment, words);
  return true;
}

/** Whether a grant is the one that is waited for: an earlier one may come late, after the place in the queue was given up. */
export const isAwaited = (run: ReleaseRun, { environment, fence }: LockGrant): boolean =>
  run.requestedLocks.has(environment) &&
  !run.locks.has(environment) &&
  fence > (run.lockPlaces.get(environment)?.lastFence ?? 0);

/** Hands back what was granted although it is not asked for (any more): an attempt that was lost may have asked. */
export function refuseGrant(run: ReleaseRun, { environment }: LockGrant): void {
  if (run.requestedLocks.has(environment) || run.recorder.isFreeing(environment)) return;
  run.recorder.freed(environment);
  run.tell(
    'lock.released',
    environment,
    `${run.title} gave ${environment} back: it does not wait for it now.`,
  );
}

/** Gives the environment back, or leaves its queue. Harmless where nothing was asked for. */
export async function freeLock(run: ReleaseRun, stage: StagePlan): Promise<void> {
  if (!run.requestedLocks.delete(stage.environment)) return;
  run.locks.delete(stage.environment);
  run.lockPlaces.delete(stage.environment);
  run.lockAsks.delete(stage.environment);
  run.recorder.tell(
    'lock.released',
    stage.environment,
    `${run.title} gave ${stage.environment} back.`,
    {},
    true,
  );
  if (run.version >= 2) {
    run.recorder.freed(stage.environment);
    return;
  }
  await CancellationScope.nonCancellable(async () =>
    run.recorder.alone(() =>
      record.freeLock({ environment: stage.environment, owner: workflowInfo().workflowId }),
    ),
  );
}
