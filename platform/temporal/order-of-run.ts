import { WorkflowNotFoundError, type Client, type Connection } from '@temporalio/client';
import { defaultPayloadConverter } from '@temporalio/common';
import type { RunOfOrder } from '../../domain/release/run-of-order.ts';

/**
 * The run that the engine has under the id of a release's workflow, with the order that it was started with. Asks the engine alone: no worker is
 * needed. What it was started with stands in the first entry of its history, which nothing changes.
 */
export async function orderOfRun(
  { connection, client }: { connection: Connection; client: Client },
  workflowId: string,
): Promise<RunOfOrder> {
  try {
    const { status } = await client.workflow.getHandle(workflowId).describe();
    const { history } = await connection.workflowService.getWorkflowExecutionHistory({
      namespace: client.options.namespace,
      execution: { workflowId },
      maximumPageSize: 1,
    });
    const [payload] = history?.events?.[0]?.workflowExecutionStartedEventAttributes?.input?.payloads ?? [];
    const order = payload ? orderIn(payload) : undefined;
    return { kind: status.name === 'RUNNING' ? 'running' : 'ended', ...(order ? { order } : {}) };
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return { kind: 'missing' };
    throw error;
  }
}

/** Of a run that somebody else has started, nobody knows what it holds. */
function orderIn(
  payload: Parameters<typeof defaultPayloadConverter.fromPayload>[0],
): { releaseId: string; createdAt: string } | undefined {
  try {
    const found = defaultPayloadConverter.fromPayload<{ releaseId?: unknown; createdAt?: unknown } | null>(
      payload,
    );
    const { releaseId, createdAt } = found ?? {};
    return typeof releaseId === 'string' && typeof createdAt === 'string'
      ? { releaseId, createdAt }
      : undefined;
  } catch {
    return undefined;
  }
}
