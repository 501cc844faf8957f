import { WorkflowNotFoundError, type Client, type Connection } from '@temporalio/client';
import type { EngineRun } from '../../domain/release/agreement.ts';
import { within } from './connect.ts';

const callMs = 4_800;
/** A workflow that is not in a worker's memory is replayed for it. */
const queryMs = 3_000;
/** So many are asked how far they are: what moved last is what copies of two moments differ in. */
const mostAsked = 100;
const atOnce = 4;

type Told = NonNullable<Extract<EngineRun, { kind: 'running' }>['says']>;

export interface ReleaseRuns {
  /** How the engine has these workflows, and all others of that type that run; by workflow id. */
  runs: Map<string, EngineRun>;
  /** Whether all that were to be asked how far they are have answered. */
  isWhole: boolean;
}

interface Engine {
  connection: Connection;
  client: Client;
}

/**
 * How the engine has the workflows of releases. What its list has as running runs; all else is asked for itself, for the list may be some
 * seconds old. The first hundred of `workflowIds`, those that moved last, are asked how far they are, as long as a worker answers.
 */
export async function releaseRuns(
  engine: Engine,
  o: {
    type: string;
    query: string;
    workflowIds: readonly string[];
    stopped?: AbortSignal | undefined;
  },
): Promise<ReleaseRuns> {
  const listed = await runningOf(engine, o.type);
  const known = new Set(o.workflowIds);
  const runs = new Map<string, EngineRun>();
  const unsure = [
    ...o.workflowIds.filter((id) => !listed.has(id)),
    ...[...listed].filter((id) => !known.has(id)),
  ];
  for (const id of o.workflowIds) if (listed.has(id)) runs.set(id, { kind: 'running' });
  await each(unsure, async (id) => {
    o.stopped?.throwIfAborted();
    runs.set(id, await runOf(engine, id));
  });
  let isWhole = true;
  await each(
    o.workflowIds.filter((id) => runs.get(id)?.kind === 'running').slice(0, mostAsked),
    async (id) => {
      if (!isWhole || o.stopped?.aborted) return; // no worker is there: another look tells of the rest
      const says = await saysOf(engine, id, o.query);
      if (says) runs.set(id, { kind: 'running', says });
      else isWhole = false;
    },
  );
  return { runs, isWhole };
}

async function each(ids: readonly string[], work: (id: string) => Promise<void>): Promise<void> {
  const waiting = [...ids];
  const clerk = async (): Promise<void> => {
    for (let id = waiting.shift(); id !== undefined; id = waiting.shift()) await work(id);
  };
  await Promise.all(Array.from({ length: atOnce }, clerk));
}

async function runningOf({ connection, client }: Engine, type: string): Promise<Set<string>> {
  const ids = new Set<string>();
  await within(connection, callMs, async () => {
    const listed = client.workflow.list({
      query: `ExecutionStatus = 'Running' AND WorkflowType = '${type}'`,
    });
    for await (const { workflowId } of listed) ids.add(workflowId);
  });
  return ids;
}

async function runOf({ connection, client }: Engine, workflowId: string): Promise<EngineRun> {
  try {
    const { status } = await within(connection, callMs, async () =>
      client.workflow.getHandle(workflowId).describe(),
    );
    return { kind: status.name === 'RUNNING' ? 'running' : 'ended' };
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return { kind: 'missing' };
    throw error;
  }
}

async function saysOf(
  { connection, client }: Engine,
  workflowId: string,
  query: string,
): Promise<Told | undefined> {
  try {
    return await within(connection, queryMs, async () =>
      client.workflow.getHandle(workflowId).query<Told>(query),
    );
  } catch {
    return undefined; // nobody who could answer, or it has ended in this moment
  }
}
