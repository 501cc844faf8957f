import type { Client } from '@temporalio/client';
import {
  afterLeaving,
  leave,
  serve,
  type AfterLeaving,
  type Closed,
} from '../../domain/gates/lock/environment-locks.ts';
import {
  environmentWorkflow,
  environmentWorkflowId,
  queueChangedSignal,
  taskQueue,
  type EnvironmentQueue,
} from '../../workflows/contract.ts';
import type { Activities } from '../contract.ts';
import type { LockRows } from './lock-rows.ts';
import { ownersIn } from './owners.ts';
import { takePlace } from './places.ts';
import { createWorkflowLocks } from './workflow-locks.ts';

interface LockDeps {
  rows: LockRows;
  queue?: string;
  writeRow?: Activities['recordEnvironment'];
  checkDoor?: Activities['checkDoor'];
  /** How long after an owner was ended by force its effects may still be under way: then nobody else is let in yet. */
  aftermathMs?: number;
}

export interface Locks extends Pick<
  Activities,
  'enqueueLock' | 'freeLock' | 'serveEnvironment' | 'isOwnerClosed'
> {
  /** What has to follow once it is written that an owner left; repeating it is harmless. */
  followLeaving: (environment: string, owner: string, after: AfterLeaving) => Promise<void>;
}

/**
 * Locks of environments are rows of the record, changed in its transactions (docs/adr/0020). Where somebody has to wait, the
 * environment's workflow sees to it that the turn comes: it is started by whoever waits, and ends when nobody does.
 */
export function createLocks(
  client: Client,
  { rows, queue = taskQueue, writeRow, checkDoor, aftermathMs = 30_000 }: LockDeps,
): Locks {
  const before = createWorkflowLocks(client, { rows, queue, ...(writeRow ? { writeRow } : {}) });
  const { isOwnerClosed, closedAmong } = ownersIn(client, aftermathMs);
  const ring = (environment: string): Promise<void> => ringQueue(client, queue, environment);

  const followLeaving: Locks['followLeaving'] = async (environment, owner, after) => {
    if (after === 'othersWait') await ring(environment);
    else if (after === 'keptByWorkflow') await before.free(environment, owner);
  };

  const closedOwners = async (environment: string): Promise<Closed[]> => {
    const locks = await rows.change(environment, (seen) => seen);
    return locks === 'keptByWorkflow' ? [] : closedAmong(locks);
  };

  return {
    enqueueLock: async ({ environment, request, door }) => {
      const place = await takePlace({ rows, before, ring }, environment, request);
      // last: it is to be of this moment
      const said = place.grant && door ? await checkDoor?.(door).catch(leftToTheDoor) : undefined;
      return { ...place, ...(said ? { door: said } : {}) };
    },

    freeLock: async ({ environment, owner }) =>
      followLeaving(
        environment,
        owner,
        afterLeaving(await rows.change(environment, (locks) => leave(locks, owner))),
      ),

    serveEnvironment: async ({ environment, looksAtOwners }) => {
      const closed = looksAtOwners ? await closedOwners(environment) : [];
      let outrun: { owner: string; because: string }[] = [];
      const locks = await rows.change(environment, (seen) => {
        const served = serve(seen, closed, new Date().toISOString());
        ({ outrun } = served);
        return served.locks;
      });
      if (locks === 'keptByWorkflow') return { granted: [], outrun: [], waiting: 0 };
      const granted = locks.holders.flatMap(({ owner, fence, waited }) => (waited ? [{ owner, fence }] : []));
      return { granted, outrun, waiting: locks.queue.length };
    },

    isOwnerClosed,
    followLeaving,
  };
}

/** Wakes the workflow that sees to the queue of an environment; starts it where it does not run. */
async function ringQueue(client: Client, queue: string, environment: string): Promise<void> {
  const state: EnvironmentQueue = { environment, version: 3 };
  await client.workflow.signalWithStart(environmentWorkflow, {
    workflowId: environmentWorkflowId(environment),
    taskQueue: queue,
    args: [state],
    signal: queueChangedSignal,
    staticSummary: `queue of ${environment}`,
  });
}

/** The grant must not be lost with it: the release asks again at the door itself, and waits there for as long as it takes. */
const leftToTheDoor = (): undefined => undefined;
