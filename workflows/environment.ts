import {
  allHandlersFinished,
  condition,
  defineQuery,
  defineSignal,
  defineUpdate,
  getExternalWorkflowHandle,
  makeContinueAsNewFunc,
  setHandler,
  workflowInfo,
} from '@temporalio/workflow';
import { outrun } from '../domain/gates/lock/newest.ts';
import { byTurn, collide, grantable } from '../domain/gates/lock/queue.ts';
import {
  freeSignal,
  enqueueUpdate,
  environmentQuery,
  grantedSignal,
  retireUpdate,
  type EnvironmentQueue,
  type EnvironmentState,
  type LockGrant,
  type LockHolder,
  type LockPlace,
  outrunSignal,
  queueChangedSignal,
  type LockRequest,
  type OutrunMessage,
} from './contract.ts';
import { keepQueue } from './environment-queue.ts';
import { record } from './proxies.ts';
import { assertLockRequest, ignored, isOwner } from './well-formed.ts';

/** Grants in one run before the entity starts afresh with its state carried over: far below the engine's limits. */
const grantsPerRun = 200;
/** While somebody waits, a holder is asked about this often: a lock is freed when its owner has closed, never by age. */
const lookAtHoldersMs = 60_000;

/**
 * One entity for each environment: who deploys there now, and who comes next. Within an action class it is first come, first
 * served; a request takes all its keys at once or none, so two releases never hold half of what both need.
 */
export async function environment(state: EnvironmentState | EnvironmentQueue): Promise<number | undefined> {
  if (state.version !== 3) return keepLocks(state);
  await keepQueue(state);
  return undefined;
}

/** Keeps the locks themselves, as before version 5 of releases. */
async function keepLocks(state: EnvironmentState): Promise<number> {
  const retired = { is: false, isWrong: false };
  let written = state.revision;
  const firstFence = state.fence;
  const changed = () => (state.revision += 1);

  setHandler(
    defineUpdate<LockPlace, [LockRequest]>(enqueueUpdate),
    (request) => {
      const isWritten = written === state.revision;
      if (!isKnown(state, request.owner)) {
        state.queue.push(request);
        state.queue.sort(byTurn);
        changed();
      }
      // whoever asks waits for the answer, so where nobody stands before it the grant needs no message of its own
      if (grantable(state.holders, state.queue).some((next) => next.owner === request.owner)) {
        take(state, request);
        changed();
      }
      if (state.version === undefined || !isWritten) return placeOf(state, request);
      written = state.revision; // by the activity that asks: its answer waits for no row of ours
      return { ...placeOf(state, request), after: rowOf(state) };
    },
    {
      description: 'Queues a release; the same owner again keeps its place or its grant',
      validator: (request) => {
        if (retired.is) throw new Error(`The record keeps the locks of ${state.environment} by now.`);
        assertLockRequest(request);
      },
    },
  );
  setHandler(
    defineSignal<[string]>(freeSignal),
    (owner) => {
      if (!isOwner(owner)) {
        ignored(freeSignal);
        return;
      }
      state.holders = state.holders.filter((holder) => holder.owner !== owner);
      state.queue = state.queue.filter((waiter) => waiter.owner !== owner);
      changed();
    },
    { description: 'A release gives its locks back, or leaves the queue' },
  );
  setHandler(
    defineUpdate<{ isRetired: boolean }>(retireUpdate),
    () => {
      retired.is ||= state.holders.length + state.queue.length === 0;
      return { isRetired: retired.is };
    },
    { description: 'Ends where nobody holds or waits for anything: the record keeps the locks from then on' },
  );
  // Only where the record keeps the locks: then this one is left over, such as from a backup, and somebody waits for the other.
  setHandler(defineSignal(queueChangedSignal), () => void (retired.isWrong = true), {
    description: 'Somebody waits for a place that the record keeps: goes on as its queue',
  });
  setHandler(defineQuery<EnvironmentState>(environmentQuery), () => state, {
    description: 'Holders and queue',
  });

  for (;;) {
    if (retired.is) {
      await condition(allHandlersFinished);
      return state.fence;
    }
    if (retired.isWrong)
      await makeContinueAsNewFunc<typeof environment>({})({ environment: state.environment, version: 3 });
    await tellTheOutrun(state, changed);
    for (const next of grantable(state.holders, state.queue)) {
      await grant(state, next);
      changed();
    }
    if (written !== state.revision) {
      written = state.revision;
      await record.recordEnvironment(rowOf(state));
      continue;
    }
    if (state.fence - firstFence >= grantsPerRun || workflowInfo().continueAsNewSuggested) {
      await condition(allHandlersFinished);
      await makeContinueAsNewFunc<typeof keepLocks>({})({ ...state, version: 2 });
    }
    const seen = state.revision;
    const hasChanged = () => retired.is || retired.isWrong || state.revision !== seen;
    if (state.queue.length === 0) await condition(hasChanged);
    else if (
      !(await condition(hasChanged, lookAtHoldersMs, { summary: 'look whether the holder still runs' }))
    )
      await freeClosedOwners(state, changed);
  }
}

const rowOf = ({
  environment,
  holders,
  queue,
  revision,
}: EnvironmentState): NonNullable<LockPlace['after']> => ({
  environment,
  holders,
  queue,
  revision,
});

/** Where a request stands: 0 and the grant where it holds its keys, else its place in the queue and who is before it. */
function placeOf(state: EnvironmentState, request: LockRequest): LockPlace {
  const held = state.holders.find((holder) => holder.owner === request.owner);
  if (held) return { position: 0, grant: { environment: state.environment, fence: held.fence } };
  const holder = state.holders.find((other) => collide(other.keys, request.keys));
  return {
    position: state.queue.findIndex((waiter) => waiter.owner === request.owner) + 1,
    ...(holder ? { holder: { title: holder.title, since: holder.since } } : {}),
  };
}

const isKnown = (state: EnvironmentState, owner: string): boolean =>
  state.holders.some((holder) => holder.owner === owner) ||
  state.queue.some((waiter) => waiter.owner === owner);

/** With the queue mode `newestWins`: tells those who have become pointless that they need not wait any more. */
async function tellTheOutrun(state: EnvironmentState, changed: () => void): Promise<void> {
  const rivals = state.queue.flatMap((request) =>
    request.brings ? [{ ...request, ...request.brings, request }] : [],
  );
  for (const { loser, because } of outrun(rivals)) {
    state.queue = state.queue.filter((waiter) => waiter.owner !== loser.owner);
    changed();
    const message: OutrunMessage = { environment: state.environment, because };
    try {
      await getExternalWorkflowHandle(loser.owner).signal(outrunSignal, message);
    } catch {
      // it has ended meanwhile, and has left the queue with that
    }
  }
}

/** Moves a request from the queue to the holders. */
function take(state: EnvironmentState, request: LockRequest): LockHolder {
  state.queue = state.queue.filter((waiter) => waiter.owner !== request.owner);
  state.fence += 1;
  const holder: LockHolder = { ...request, fence: state.fence, since: new Date(Date.now()).toISOString() };
  state.holders.push(holder);
  return holder;
}

/** Grants to one who has waited, and tells it. */
async function grant(state: EnvironmentState, request: LockRequest): Promise<void> {
  const holder = take(state, request);
  const message: LockGrant = { environment: state.environment, fence: holder.fence };
  try {
    await getExternalWorkflowHandle(request.owner).signal(grantedSignal, message);
  } catch {
    state.holders = state.holders.filter((candidate) => candidate !== holder); // the owner is gone: the next one
  }
}

async function freeClosedOwners(state: EnvironmentState, changed: () => void): Promise<void> {
  for (const { owner } of [...state.holders, ...state.queue]) {
    const { closed } = await record.isOwnerClosed({ workflowId: owner });
    if (!closed) continue;
    state.holders = state.holders.filter((holder) => holder.owner !== owner);
    state.queue = state.queue.filter((waiter) => waiter.owner !== owner);
    changed();
  }
}
