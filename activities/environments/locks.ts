import { cancellationSignal } from '@temporalio/activity';
import { WithStartWorkflowOperation, WorkflowNotFoundError, type Client } from '@temporalio/client';
import { WorkflowIdConflictPolicy } from '@temporalio/common';
import {
  enqueueUpdate,
  freeSignal,
  environmentWorkflow,
  environmentWorkflowId,
  taskQueue,
  type EnvironmentState,
  type LockPlace,
  type LockRequest,
} from '../../workflows/contract.ts';
import type { Activities } from '../contract.ts';

interface LockDeps {
  queue?: string;
  writeRow?: Activities['recordEnvironment'];
  checkDoor?: Activities['checkDoor'];
}

/** Talks to the entity of an environment: it is started by the first request that it ever gets. */
export function createLocks(
  client: Client,
  { queue = taskQueue, writeRow = async () => undefined, checkDoor }: LockDeps = {},
): Pick<Activities, 'enqueueLock' | 'freeLock' | 'isOwnerClosed'> {
  return {
    enqueueLock: async ({ environment, request, door }) => {
      const state: EnvironmentState = {
        environment,
        version: 2,
        holders: [],
        queue: [],
        fence: 0,
        revision: 0,
      };
      const start = new WithStartWorkflowOperation<(state: EnvironmentState) => Promise<void>>(
        environmentWorkflow,
        {
          workflowId: environmentWorkflowId(environment),
          taskQueue: queue,
          args: [state],
          workflowIdConflictPolicy: WorkflowIdConflictPolicy.USE_EXISTING,
          staticSummary: `locks and queue of ${environment}`,
        },
      );
      // the key may come again in another run of the entity, which knows its owners by name
      const ask = () =>
        client.workflow.executeUpdateWithStart<
          (state: EnvironmentState) => Promise<void>,
          LockPlace,
          [LockRequest]
        >(enqueueUpdate, {
          args: [request],
          updateId: `enqueue/${request.releaseId}/${request.requestedAt}`,
          startWorkflowOperation: start,
        });
      // The entity answers through a worker, perhaps this very one: once that stops, or this attempt is over, nobody may
      // wait for the answer any more, or the worker would wait for itself.
      const { after, ...place } = await client.withAbortSignal(cancellationSignal(), ask);
      const isAsked = place.grant !== undefined && door !== undefined;
      if (after) await writeRow(after);
      const said = isAsked ? await checkDoor?.(door).catch(leftToTheDoor) : undefined; // last: it is to be of this moment
      return { ...place, ...(said ? { door: said } : {}) };
    },

    freeLock: async ({ environment, owner }) => {
      try {
        await client.workflow.getHandle(environmentWorkflowId(environment)).signal(freeSignal, owner);
      } catch (error) {
        if (!(error instanceof WorkflowNotFoundError)) throw error; // else the entity is gone, and its locks with it
      }
    },

    isOwnerClosed: async ({ workflowId }) => {
      try {
        const description = await client.workflow.getHandle(workflowId).describe();
        return { closed: description.status.name !== 'RUNNING' };
      } catch (error) {
        if (error instanceof WorkflowNotFoundError) return { closed: true };
        throw error;
      }
    },
  };
}

/** The grant must not be lost with it: the release asks again at the door itself, and waits there for as long as it takes. */
const leftToTheDoor = (): undefined => undefined;
