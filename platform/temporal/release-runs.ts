import { WorkflowNotFoundError, type Client, type Connection } from '@temporalio/client';
import type { EngineRun } from '../../domain/release/agreement.ts';
import type { ReleaseView } from '../../domain/release/release.ts';
import { within } from './connect.ts';

const callMs = 5_000;
/** A workflow that is not in a worker's memory is replayed for it. */
const queryMs = 3_000;
/** More than so many are not looked at. */
const most = 500;
const atOnce = 4;

/** How the engine has these workflows, and all others of that type that run; by workflow id. */
export async function releaseRuns(
  { connection, client }: { connection: Connection; client: Client },
  o: { type: string; query: string; workflowIds: readonly string[] },
): Promise<Map<string, EngineRun>> {
  const ids = new Set(o.workflowIds);
  await within(connection, callMs, async () => {
    const listed = client.workflow.list({
      query: `ExecutionStatus = 'Running' AND WorkflowType = '${o.type}'`,
    });
    for await (const { workflowId } of listed) if (ids.add(workflowId).size >= most) break;
  });
  const runs = new Map<string, EngineRun>();
  const waiting = [...ids];
  const work = async (): Promise<void> => {
    for (let id = waiting.shift(); id !== undefined; id = waiting.shift())
      runs.set(id, await runOf({ connection, client }, id, o.query));
  };
  await Promise.all(Array.from({ length: atOnce }, work));
  return runs;
}

/** The list of the engine may be some seconds old: each is asked for itself. */
async function runOf(
  { connection, client }: { connection: Connection; client: Client },
  workflowId: string,
  query: string,
): Promise<EngineRun> {
  const handle = client.workflow.getHandle(workflowId);
  try {
    const { status } = await within(connection, callMs, async () => handle.describe());
    if (status.name !== 'RUNNING') return { kind: 'ended' };
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return { kind: 'missing' };
    throw error;
  }
  try {
    const view = await within(connection, queryMs, async () => handle.query<ReleaseView>(query));
    const { id: releaseId, seq: entries, updatedAt: toldAt, ended } = view;
    return { kind: 'running', says: { releaseId, entries, toldAt, hasEnded: ended !== undefined } };
  } catch {
    return { kind: 'running' }; // no worker is there, or it cannot: another look tells of that
  }
}
