import { WorkflowNotFoundError, type Client } from '@temporalio/client';
import type { Closed, EnvironmentLocks } from '../../domain/gates/lock/environment-locks.ts';
import type { Activities } from '../contract.ts';

/** Those who hold locks or wait for them, asked in the engine whether they still run. */
export interface Owners extends Pick<Activities, 'isOwnerClosed'> {
  closedAmong: (locks: EnvironmentLocks) => Promise<Closed[]>;
}

/** `aftermathMs`: how long after its end by force an owner counts as running. */
export function ownersIn(client: Client, aftermathMs: number): Owners {
  const isOwnerClosed: Owners['isOwnerClosed'] = async ({ workflowId }) => {
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

  return {
    isOwnerClosed,
    closedAmong: async ({ holders, queue }) => {
      const all = await Promise.all(
        [...holders, ...queue].map(async ({ owner, releaseId }) => ({
          ...{ owner, releaseId },
          // one that cannot be asked about is looked at again with the next look
          ...(await isOwnerClosed({ workflowId: owner }).catch(() => ({ closed: false }))),
        })),
      );
      return all.filter(({ closed }) => closed);
    },
  };
}
