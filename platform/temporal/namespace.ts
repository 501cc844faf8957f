import type { Connection } from '@temporalio/client';
import { within } from './connect.ts';

const callLimitMs = 10_000;

/** Keeps closed histories for so many days; the development server's own default is one. */
export async function keepHistories(connection: Connection, namespace: string, days: number): Promise<void> {
  // The protobuf type of `seconds` wants its own 64-bit class, and takes a number as well.
  const workflowExecutionRetentionTtl = { seconds: (days * 86_400) as never, nanos: 0 };
  await within(connection, callLimitMs, async () =>
    connection.workflowService.updateNamespace({ namespace, config: { workflowExecutionRetentionTtl } }),
  );
}
