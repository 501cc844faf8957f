import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Client } from '@temporalio/client';
import type { Bench } from './overhead/measure.ts';
import { openBench } from './overhead/open-bench.ts';
import type { Side } from './overhead/side.ts';
import { percentile } from './statistics.ts';

const warmUps = 5;
const defaultPairs = 60;

/** Milliseconds from the call that decides to the start of the deployment. */
interface Figures {
  p50: number;
  p99: number;
}

interface DecisionReport {
  /** Gantry over bare. */
  ratioP50: number;
  ratioP99: number;
  pairs: number;
  gantry: Figures;
  bare: Figures;
}

/**
 * How soon a release is deployed after the yes that was missing, without grace time: over the API of Gantry, which writes the
 * decision down, judges the gates, takes the lock and passes the door; and as a bare update of a workflow that starts its
 * activity. On the same servers, in turns, one release at a time, with nothing else under way.
 */
export async function run({ json, n = defaultPairs }: { json: boolean; n?: number }): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'gantry-bench-'));
  const closers: (() => Promise<unknown>)[] = [async () => rm(folder, { recursive: true, force: true })];
  try {
    const report = reportOf(await measureAll(await openBench(folder, closers), n));
    process.stdout.write(json ? `${JSON.stringify(report)}\n` : inWords(report));
  } finally {
    for (const close of closers.reverse()) await close();
  }
}

async function measureAll(bench: Bench, pairs: number): Promise<{ gantry: number[]; bare: number[] }> {
  const times = { gantry: [] as number[], bare: [] as number[] };
  for (let number = 0; number < warmUps + pairs; number += 1) {
    for (const side of ['gantry', 'bare'] as const) {
      const ms = await measureOne(bench, bench[side], number);
      if (number >= warmUps) times[side].push(ms);
    }
  }
  return times;
}

async function measureOne({ outside, client }: Bench, side: Side, number: number): Promise<number> {
  const asked = outside.nextRequest();
  const id = await side.start(number);
  const ended = client.workflow.getHandle(id).result() as Promise<{ state: string }>;
  await Promise.race([asked, ended]);
  await atRest(client, id);
  const approve = await side.readyToApprove(id);
  const begun = outside.nextJob();
  const startedAt = performance.now();
  const approved = approve();
  await Promise.race([begun, ended]);
  const ms = performance.now() - startedAt;
  await approved;
  const { state } = await ended;
  if (state !== 'succeeded') throw new Error(`${id} ended as ${state}`);
  outside.hangUp();
  return ms;
}

/** Nothing of it is under way any more: it waits for the decision alone. */
async function atRest(client: Client, id: string): Promise<void> {
  for (;;) {
    const { raw } = await client.workflow.getHandle(id).describe();
    if (!raw.pendingWorkflowTask && (raw.pendingActivities ?? []).length === 0) return;
  }
}

function reportOf({ gantry, bare }: { gantry: number[]; bare: number[] }): DecisionReport {
  const figures = (times: number[]): Figures => ({
    p50: round(percentile(times, 50)),
    p99: round(percentile(times, 99)),
  });
  const [ours, theirs] = [figures(gantry), figures(bare)];
  return {
    ratioP50: round(ours.p50 / theirs.p50),
    ratioP99: round(ours.p99 / theirs.p99),
    pairs: gantry.length,
    gantry: ours,
    bare: theirs,
  };
}

const round = (value: number): number => Number(value.toFixed(2));

const inWords = ({ ratioP50, ratioP99, pairs, gantry, bare }: DecisionReport): string =>
  [
    `From the deciding yes to the start of the deployment, ${pairs} pairs, one release at a time`,
    '',
    `${''.padEnd(8)}${'Gantry'.padStart(10)}${'bare'.padStart(10)}   ratio`,
    `${'p50 ms'.padEnd(8)}${String(gantry.p50).padStart(10)}${String(bare.p50).padStart(10)}   ${ratioP50}`,
    `${'p99 ms'.padEnd(8)}${String(gantry.p99).padStart(10)}${String(bare.p99).padStart(10)}   ${ratioP99}`,
    '',
  ].join('\n');
