import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { measureBlock, type Bench, type Block } from './overhead/measure.ts';
import { openBench } from './overhead/open-bench.ts';
import { inWords, reportOf } from './overhead/report.ts';

const blocks = 5;
const warmUps = 8;
const defaultReleases = 30;

/**
 * What Gantry costs over the workflow that one would write by hand for the same release: CPU, events in the history, and
 * time from start to end. Both run on the same servers, in turns, one release at a time.
 */
export async function run({ json, n = defaultReleases }: { json: boolean; n?: number }): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'gantry-bench-'));
  const closers: (() => Promise<unknown>)[] = [async () => rm(folder, { recursive: true, force: true })];
  try {
    const bench = await openBench(folder, closers);
    const report = reportOf(await measureAll(bench, Math.max(1, Math.round(n / blocks))));
    process.stdout.write(json ? `${JSON.stringify(report)}\n` : inWords(report));
  } finally {
    for (const close of closers.reverse()) await close();
  }
}

/** The two sides take turns, and the one that begins changes with each block. */
async function measureAll(bench: Bench, size: number): Promise<{ gantry: Block; bare: Block }[]> {
  let number = 0;
  const block = async (side: 'gantry' | 'bare', count: number): Promise<Block> => {
    const first = number;
    number += count;
    return measureBlock(bench, side, { first, count });
  };
  await block('gantry', warmUps);
  await block('bare', warmUps);
  const pairs: { gantry: Block; bare: Block }[] = [];
  for (let index = 0; index < blocks; index += 1) {
    if (index % 2 === 0) {
      const gantry = await block('gantry', size);
      pairs.push({ gantry, bare: await block('bare', size) });
    } else {
      const bare = await block('bare', size);
      pairs.push({ gantry: await block('gantry', size), bare });
    }
  }
  return pairs;
}
