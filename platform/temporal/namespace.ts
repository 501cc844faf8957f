import type { Connection } from '@temporalio/client';
import { within } from './connect.ts';

const callLimitMs = 10_000;
const keyword = 2;
const alreadyExists = 6;

/** Registers what is missing of our search attributes, all of them keywords; harmless when another process does it, too. */
export async function ensureSearchAttributes(
  connection: Connection,
  namespace: string,
  names: readonly string[],
): Promise<void> {
  const known = await within(connection, callLimitMs, async () =>
    connection.operatorService.listSearchAttributes({ namespace }),
  );
  const missing = names.filter((name) => !(name in known.customAttributes));
  if (missing.length === 0) return;
  const searchAttributes = Object.fromEntries(missing.map((name) => [name, keyword]));
  await within(connection, callLimitMs, async () =>
    connection.operatorService.addSearchAttributes({ namespace, searchAttributes }),
  ).catch((error: unknown) => {
    if ((error as { code?: number }).code !== alreadyExists) throw error;
  });
}

/** Keeps closed histories for so many days; the development server's own default is one. */
export async function keepHistories(connection: Connection, namespace: string, days: number): Promise<void> {
  // The protobuf type of `seconds` wants its own 64-bit class, and takes a number as well.
  const workflowExecutionRetentionTtl = { seconds: (days * 86_400) as never, nanos: 0 };
  await within(connection, callLimitMs, async () =>
    connection.workflowService.updateNamespace({ namespace, config: { workflowExecutionRetentionTtl } }),
  );
}
