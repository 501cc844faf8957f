import { cancellationSignal } from '@temporalio/activity';
import {
  WithStartWorkflowOperation,
  WorkflowFailedError,
  WorkflowNotFoundError,
  type Client,
} from '@temporalio/client';
import { WorkflowIdConflictPolicy } from '@temporalio/common';
import pLimit from 'p-limit';
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

/** Each holds a connection to the database for as long as the workflow takes to answer: most of them are for everybody else. */
const mostAtOnce = 4;

/** Locks that the workflow of an environment keeps. */
export interface WorkflowLocks {
  /** The place; undefined where the record has taken over meanwhile. */
  enqueue: (environment: string, request: LockRequest) => Promise<LockPlace | undefined>;
  free: (environment: string, owner: string) => Promise<void>;
  /** Ends the workflow where nobody holds or wants anything; its last fence, 0 where there is none. */
  retire: (environment: string) => Promise<number | 'busy'>;
}

/**
 * Locks as they were kept before version 5 of workflows: by the workflow of the environment, which every worker asked. It keeps
 * them until the record can take over.
 */
export function createWorkflowLocks(
  client: Client,
  { rows, queue, writeRow }: { rows: LockRows; queue: string; writeRow?: Activities['recordEnvironment'] },
): WorkflowLocks {
  const oneOfFew = pLimit(mostAtOnce);
  return {
    enqueue: async (environment, request) => {
      // The entity answers through a worker, perhaps this very one: once that stops, or this attempt is over, nobody may
      // wait for the answer any more, or the worker would wait for itself.
      const answer = await oneOfFew(async () =>
        rows.beside(environment, async () =>
          client.withAbortSignal(cancellationSignal(), askEntity(client, queue, environment, request)),
        ),
      );
      if (!answer) return undefined;
      const { after, ...place } = answer;
      if (after) await writeRow?.(after); // not beside it: that has a connection, and this needs another
      return place;
    },

    free: async (environment, owner) => {
      try {
        await client.workflow.getHandle(environmentWorkflowId(environment)).signal(freeSignal, owner);
      } catch (error) {
        if (!(error instanceof WorkflowNotFoundError)) throw error; // else the entity is gone, and its locks with it
      }
    },

    retire: async (environment) =>
      client.withAbortSignal(cancellationSignal(), endEntity(client, environment)),
  };
}

/** Asks the workflow for a place, and starts it where it does not run. */
function askEntity(
  client: Client,
  queue: string,
  environment: string,
  request: LockRequest,
): () => Promise<LockPlace> {
  const state: EnvironmentState = { environment, version: 2, holders: [], queue: [], fence: 0, revision: 0 };
  type Entity = (state: EnvironmentState) => Promise<void>;
  const start = new WithStartWorkflowOperation<Entity>(environmentWorkflow, {
    workflowId: environmentWorkflowId(environment),
    taskQueue: queue,
    args: [state],
    workflowIdConflictPolicy: WorkflowIdConflictPolicy.USE_EXISTING,
    staticSummary: `locks and queue of ${environment}`,
  });
  return () =>
    client.workflow.executeUpdateWithStart<Entity, LockPlace, [LockRequest]>(enqueueUpdate, {
      args: [request],
      // the key may come again in another run of the entity, which knows its owners by name
      updateId: `enqueue/${request.releaseId}/${request.requestedAt}`,
      startWorkflowOperation: start,
    });
}

const endEntity = (client: Client, environment: string) => async (): Promise<number | 'busy'> => {
  const entity = client.workflow.getHandle<() => Promise<number | undefined>>(
    environmentWorkflowId(environment),
  );
  try {
    const { isRetired } = await entity.executeUpdate<{ isRetired: boolean }, []>(retireUpdate);
    if (!isRetired) return 'busy';
  } catch (error) {
    if (!(error instanceof WorkflowNotFoundError)) throw error; // ended before, by this or by hand; or never there
  }
  try {
    return (await entity.result()) ?? 0; // waited for: a signal for its successor might still reach it
  } catch (error) {
    if (error instanceof WorkflowNotFoundError || error instanceof WorkflowFailedError) return 0;
    throw error;
  }
};
