import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { until } from '../until.ts';

export interface ServerProcess {
  pid: number;
  stop(): Promise<void>;
}

const STOP_WITHIN_MS = 15_000;

/** Starts a server and returns once it `answers`; where it ends before, the error has the end of its log. */
export async function startServer(o: {
  program: string;
  args: readonly string[];
  /** Nothing is inherited but PATH and HOME. */
  env?: Readonly<Record<string, string>>;
  ids?: { uid?: number; gid?: number };
  logFile: string;
  answers: () => Promise<boolean>;
  stopBy?: NodeJS.Signals;
  withinMs?: number;
}): Promise<ServerProcess> {
  const { program, args } = o;
  const out = openSync(o.logFile, 'a', 0o600);
  const child = spawn(program, [...args], {
    ...o.ids,
    env: { PATH: process.env['PATH'], HOME: process.env['HOME'], ...o.env },
    stdio: ['ignore', out, out],
  });
  closeSync(out);
  let failed: Error | undefined;
  child.once('error', (error) => (failed = error));
  const isOver = () => failed !== undefined || child.exitCode !== null || child.signalCode !== null;
  const stop = async () => {
    if (isOver()) return;
    const gone = once(child, 'exit');
    child.kill(o.stopBy ?? 'SIGTERM');
    const limit = setTimeout(() => child.kill('SIGKILL'), STOP_WITHIN_MS);
    await gone;
    clearTimeout(limit);
  };
  const tail = () => readFileSync(o.logFile, 'utf8').slice(-2_000);
  try {
    await until(`${program} to answer`, async () => isOver() || (await o.answers()), o.withinMs ?? 60_000);
    if (isOver()) throw failed ?? new Error(`it ended with ${child.exitCode ?? child.signalCode}`);
  } catch (error) {
    await stop();
    throw new Error(`${program} does not serve:\n${tail()}`, { cause: error });
  }
  return { pid: child.pid ?? 0, stop };
}
