import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { memoryOfTree, type ProcessMemory } from './process-memory.ts';
import { median } from './statistics.ts';

const main = fileURLToPath(new URL('../../cli/main.js', import.meta.url));
const warmStarts = 5;
const idleMs = 10_000;

interface StartReport {
  coldStartMs: number;
  /** Each from the spawn of the command to its "ready" line, on a data folder that exists. */
  warmStartsMs: number[];
  warmStartP50Ms: number;
  stopMs: number;
  /** Ten seconds after the last start, nothing to do. RSS counts pages that processes share more than once; PSS does not. */
  idle: { rssMb: number; pssMb: number; processes: ProcessMemory[] };
}

/** Measures how long `gantry up` takes from nothing and from an existing data folder, and what it weighs when idle. */
export async function run({ json }: { json: boolean }): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'gantry-bench-'));
  try {
    const report = await measure(folder);
    process.stdout.write(json ? `${JSON.stringify(report)}\n` : inWords(report));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function measure(folder: string): Promise<StartReport> {
  const cold = await start(folder);
  await stop(cold.child);
  const warmStartsMs: number[] = [];
  for (let number = 1; number < warmStarts; number++) {
    const warm = await start(folder);
    warmStartsMs.push(warm.readyMs);
    await stop(warm.child);
  }
  const last = await start(folder);
  warmStartsMs.push(last.readyMs);
  await wait(idleMs);
  const processes = memoryOfTree(last.child.pid ?? 0);
  const stopMs = await stop(last.child);
  const sum = (pick: (one: ProcessMemory) => number): number =>
    processes.reduce((total, one) => total + pick(one), 0);
  const idle = { rssMb: sum(({ rssMb }) => rssMb), pssMb: sum(({ pssMb }) => pssMb), processes };
  return { coldStartMs: cold.readyMs, warmStartsMs, warmStartP50Ms: median(warmStartsMs), stopMs, idle };
}

async function start(folder: string): Promise<{ child: ChildProcess; readyMs: number }> {
  const startedAt = performance.now();
  const anyPort = ['--port', '0', '--ui-port', '0', '--temporal-port', '0', '--smtp-port', '0'];
  const child = spawn(process.execPath, [main, 'up', ...anyPort], {
    cwd: folder,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let said = '';
  await new Promise<void>((resolve, reject) => {
    child.stdout.on('data', (piece: Buffer) => {
      said += piece.toString('utf8');
      if (said.includes('Gantry is ready')) resolve();
    });
    child.stderr.on('data', (piece: Buffer) => (said += piece.toString('utf8')));
    child.once('exit', (code) => reject(new Error(`It ended with ${code ?? 'a signal'}: ${said}`)));
  });
  return { child, readyMs: Math.round(performance.now() - startedAt) };
}

async function stop(child: ChildProcess): Promise<number> {
  const startedAt = performance.now();
  const ended = once(child, 'exit');
  child.kill('SIGTERM');
  await ended;
  return Math.round(performance.now() - startedAt);
}

const inWords = (report: StartReport): string =>
  [
    `Cold start (new data folder)   ${report.coldStartMs} ms`,
    `Warm start, median of ${report.warmStartsMs.length}       ${report.warmStartP50Ms} ms  (${report.warmStartsMs.join(', ')})`,
    `Stop                           ${report.stopMs} ms`,
    `Idle memory of the tree        ${report.idle.rssMb} MB RSS, ${report.idle.pssMb} MB PSS`,
    ...report.idle.processes.map(
      (one) => `  ${String(one.rssMb).padStart(4)} / ${String(one.pssMb).padStart(4)} MB  ${one.command}`,
    ),
    '',
  ].join('\n');
