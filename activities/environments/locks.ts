import { WorkflowNotFoundError, type Client } from '@temporalio/client';
import {
  afterLeaving,
  enqueue,
  leave,
  placeIn,
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
  type LockPlace,
  type LockRequest,
} from '../../workflows/contract.ts';
import type { Activities } from '../contract.ts';
import type { LockRows } from './lock-rows.ts';
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
  const now = (): string => new Date().toISOString();
  const before = createWorkflowLocks(client, { rows, queue, ...(writeRow ? { writeRow } : {}) });

  const ring = async (environment: string): Promise<void> => {
    const state: EnvironmentQueue = { environment, version: 3 };
    await client.workflow.signalWithStart(environmentWorkflow, {
      workflowId: environmentWorkflowId(environment),
      taskQueue: queue,
      args: [state],
      signal: queueChangedSignal,
      staticSummary: `queue of ${environment}`,
    });
  };

  const enqueueInRecord = async (
    environment: string,
    request: LockRequest,
    begun: number,
  ): Promise<LockPlace | 'keptByWorkflow'> => {
    const locks = await rows.change(environment, (seen) => {
      if (performance.now() - begun > attemptMs)
        throw new Error('This attempt is over; another asks by now.');
      return enqueue(seen, request, now());
    });
    if (locks === 'keptByWorkflow') return locks;
    const { fence, ...place } = placeIn(locks, request);
    if (fence !== undefined) return { ...place, grant: { environment, fence } };
    await ring(environment);
    return { ...place, lastFence: locks.fence };
  };

  const enqueueAnywhere = async (environment: string, request: LockRequest): Promise<LockPlace> => {
    const begun = performance.now(); // of the attempt, however often it asks
    for (;;) {
      const place = await enqueueInRecord(environment, request, begun);
      if (place !== 'keptByWorkflow') return place;
      if (await rows.takeOver(environment, async () => before.retire(environment))) continue;
      const answer = await before.enqueue(environment, request);
      if (answer) return answer;
    }
  };

  const isOwnerClosed: Activities['isOwnerClosed'] = async ({ workflowId }) => {
    try {
      const description = await client.workflow.getHandle(workflowId).describe();
      const { status, closeTime = new Date() } = description;
      const isOver = status.name === 'COMPLETED' || Date.now() - closeTime.getTime() >= aftermathMs;
      return { closed: status.name !== 'RUNNING' && isOver };
    } catch (error) {
      if (error instanceof WorkflowNotFoundError) return { closed: true };
      throw error;
    }
  };

  const closedOwners = async (environment: string): Promise<Closed[]> => {
    const locks = await rows.change(environment, (seen) => seen);
    if (locks === 'keptByWorkflow') return [];
    const all = await Promise.all(
      [...locks.holders, ...locks.queue].map(async ({ owner, releaseId }) => ({
        ...{ owner, releaseId },
        // one that cannot be asked about is looked at again with the next look
        ...(await isOwnerClosed({ workflowId: owner }).catch(() => ({ closed: false }))),
      })),
    );
    return all.filter(({ closed }) => closed);
  };

  const followLeaving: Locks['followLeaving'] = async (environment, owner, after) => {
    if (after === 'othersWait') await ring(environment);
    else if (after === 'keptByWorkflow') await before.free(environment, owner);
  };

  return {
    enqueueLock: async ({ environment, request, door }) => {
      const place = await enqueueAnywhere(environment, request);
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
        const served = serve(seen, closed, now());
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

/** An attempt is given up after 10 s (`workflows/proxies.ts`); what it wrote later nobody would hear of. */
const attemptMs = 9_000;

/** The grant must not be lost with it: the release asks again at the door itself, and waits there for as long as it takes. */
const leftToTheDoor = (): undefined => undefined;
