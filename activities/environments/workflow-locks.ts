import { cancellationSignal } from '@temporalio/activity';
import { WithStartWorkflowOperation, WorkflowNotFoundError, type Client } from '@temporalio/client';
import { WorkflowIdConflictPolicy } from '@temporalio/common';
import {
  enqueueUpdate,
  environmentWorkflow,
  environmentWorkflowId,
  freeSignal,
  retireUpdate,
  type EnvironmentState,
  type LockPlace,
  type LockRequest,
} from '../../workflows/contract.ts';
import type { Activities } from '../contract.ts';
import type { LockRows } from './lock-rows.ts';

/**
 * Locks as they were kept before version 5 of workflows: by the workflow of the environment, which every worker asked. It keeps
 * them until the record can take over.
 */
export function createWorkflowLocks(
  client: Client,
  { rows, queue, writeRow }: { rows: LockRows; queue: string; writeRow?: Activities['recordEnvironment'] },
) {
  /** Of one that has been retired, but was not taken over from after all; 0 where there was none. */
  const lastFence = async (environment: string): Promise<number> => {
    const entity = client.workflow.getHandle<() => Promise<number | undefined>>(
      environmentWorkflowId(environment),
    );
    return entity.result().then(
      (fence) => fence ?? 0,
      () => 0,
    );
  };

  return {
    /** The place; undefined where the record has taken over meanwhile. */
    async enqueue(environment: string, request: LockRequest): Promise<LockPlace | undefined> {
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
      const answer = await rows.beside(environment, async () =>
        client.withAbortSignal(cancellationSignal(), ask),
      );
      if (!answer) return undefined;
      const { after, ...place } = answer;
      if (after) await writeRow?.(after); // not beside it: that has a connection, and this needs another
      return place;
    },

    async free(environment: string, owner: string): Promise<void> {
      try {
        await client.workflow.getHandle(environmentWorkflowId(environment)).signal(freeSignal, owner);
      } catch (error) {
        if (!(error instanceof WorkflowNotFoundError)) throw error; // else the entity is gone, and its locks with it
      }
    },

    /** Ends the workflow where nobody holds or wants anything; its last fence, 0 where there is none. */
    async retire(environment: string): Promise<number | 'busy'> {
      const entity = client.workflow.getHandle(environmentWorkflowId(environment));
      try {
        return await client.withAbortSignal(cancellationSignal(), async () => {
          const { fence } = await entity.executeUpdate<{ fence?: number }, []>(retireUpdate);
          if (fence === undefined) return 'busy' as const;
          await entity.result(); // else a signal for its successor might still reach it
          return fence;
        });
      } catch (error) {
        if (error instanceof WorkflowNotFoundError) return lastFence(environment);
        throw error;
      }
    },
  };
}
