import type { Connection } from '@temporalio/client';
import { msToTs } from '@temporalio/common/lib/time.js';

const namespace = 'default';

/**
 * Lets one workflow's time run on by `ms`, then go at normal speed again. Answers `reached`, or `ended` when the workflow
 * closed before. Time moves only while no activity of it is under way, and only for this workflow.
 */
export async function skipTime(
  connection: Connection,
  workflowId: string,
  ms: number,
): Promise<'reached' | 'ended'> {
  const { workflowService } = connection;
  const id = crypto.randomUUID();
  await workflowService.updateWorkflowExecutionOptions({
    namespace,
    workflowExecution: { workflowId },
    updateMask: { paths: ['time_skipping_config'] },
    workflowExecutionOptions: {
      timeSkippingConfig: {
        enabled: true,
        maxSessionSkipCount: 1000,
        fastForwardConfig: { id, duration: msToTs(ms) },
      },
    },
  });
  for (;;) {
    const answer = await workflowService.pollWorkflowExecutionTimeSkipping({
      namespace,
      workflowExecution: { workflowId },
      fastForwardId: id,
    });
    const result: number = answer.fastForwardPollingResult;
    if (result === 2) return 'reached';
    if (result === 3) return 'ended';
  }
}
