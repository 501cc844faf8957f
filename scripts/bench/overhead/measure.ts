import { setTimeout as wait } from 'node:timers/promises';
import type { Client } from '@temporalio/client';
import { environmentWorkflowId } from '../../../workflows/contract.ts';
import { cpuOf } from './cpu.ts';
import { environment } from './gantry-side.ts';
import type { Outside } from './outside.ts';
import type { Side } from './side.ts';

export interface Bench {
  outside: Outside;
  gantry: Side;
  bare: Side;
  client: Client;
}

/** Some releases of one side, one after the other. */
export interface Block {
  /** CPU time for each release, in ms: the Node process with worker and client, and both servers. */
  cpu: { node: number; servers: number };
  /** Events in the histories for each release; Gantry's environment entity is counted with it. */
  events: number;
  /** From the call that starts a release to the end of its workflow, in ms. */
  finishMs: number[];
}

/** What an ended release leaves to do for the servers is theirs: visibility rows, sticky caches, commits. */
const settleMs = 500;

/** Runs `count` releases with the numbers from `first` on. */
export async function measureBlock(
  bench: Bench,
  side: 'gantry' | 'bare',
  { first, count }: { first: number; count: number },
): Promise<Block> {
  const lockBefore = await lockEvents(bench.client);
  const cpuBefore = cpuNow(bench, side);
  const finishMs: number[] = [];
  const ids: string[] = [];
  for (let number = first; number < first + count; number += 1) {
    const { id, ms } = await runOne(bench, bench[side], number);
    ids.push(id);
    finishMs.push(ms);
  }
  await wait(settleMs);
  const cpuAfter = cpuNow(bench, side);
  const own = await Promise.all(ids.map(async (id) => historyLength(bench.client, id)));
  const lock = side === 'gantry' ? (await lockEvents(bench.client)) - lockBefore : 0;
  return {
    cpu: {
      node: (cpuAfter.node - cpuBefore.node) / count,
      servers: (cpuAfter.servers - cpuBefore.servers) / count,
    },
    events: (own.reduce((sum, each) => sum + each, 0) + lock) / count,
    finishMs,
  };
}

/** The approval is given as soon as its mail has come, so that no person's time is in the figure. */
async function runOne(
  { outside, client }: Bench,
  side: Side,
  number: number,
): Promise<{ id: string; ms: number }> {
  const asked = outside.nextRequest();
  const startedAt = performance.now();
  const id = await side.start(number);
  const ended = client.workflow.getHandle(id).result() as Promise<{ state: string }>;
  await Promise.race([asked, ended]);
  const approve = await side.readyToApprove(id);
  await approve();
  const { state } = await ended;
  if (state !== 'succeeded') throw new Error(`${id} ended as ${state}`);
  const ms = performance.now() - startedAt;
  outside.hangUp();
  return { id, ms };
}

/** Both servers are children of `gantry up`, whichever side is measured. */
function cpuNow({ gantry, bare }: Bench, side: 'gantry' | 'bare'): { node: number; servers: number } {
  const up = cpuOf(gantry.pid);
  return { node: side === 'gantry' ? up.self : cpuOf(bare.pid).self, servers: up.below };
}

const historyLength = async (client: Client, id: string): Promise<number> =>
  (await client.workflow.getHandle(id).describe()).historyLength;

/** The entity starts afresh after 200 grants; a bench has fewer. */
const lockEvents = async (client: Client): Promise<number> =>
  historyLength(client, environmentWorkflowId(environment)).catch(() => 0);
