import { spawn, type ChildProcess } from 'node:child_process';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { Connection } from '@temporalio/client';
import { endProcess } from '../end-process.ts';
import { diskNamed } from '../disk.ts';
import { GantryError, messageOf } from '../errors.ts';
import type { Logger } from '../logger.ts';
import { pause } from '../pause.ts';
import { identityOf } from '../process-identity.ts';
import { devServerFlags, type DevServerPlan } from './dev-server-flags.ts';

/** A running Temporal development server; it is started again, with back-off, when it ends by itself. */
export interface DevServer {
  address: string;
  uiUrl?: string;
  stop: () => Promise<void>;
}

interface DevServerStart extends DevServerPlan {
  cliPath: string;
  /** The server's own log is appended here. */
  logFile: string;
  log: Pick<Logger, 'warn'>;
  /** Told each pid before the server answers, so that an owner who is killed leaves a trace of it. */
  started?: (pid: number) => void;
}

const serveLimitMs = 30_000;
const stopGraceMs = 10_000;
const probeEveryMs = 25;
const firstPauseMs = 250;
const longestPauseMs = 5_000;
/** Of the gRPC health protocol. */
const serving = 1;

/** Starts the server and returns once it serves. Throws `TEMPORAL_START_FAILED` with the end of its log. */
export async function startDevServer(start: DevServerStart): Promise<DevServer> {
  const address = `127.0.0.1:${start.port}`;
  const stopping = new AbortController();
  let child = await launch(start, address);
  const keeping = keepRunning();

  async function keepRunning(): Promise<void> {
    const isStopping = (): boolean => stopping.signal.aborted;
    while (!isStopping()) {
      const how = await ended(child);
      if (isStopping()) return;
      start.log.warn({ how }, 'the Temporal server ended by itself; starting it again');
      const next = await startAgain();
      if (!next) return;
      child = next;
    }
  }

  async function startAgain(): Promise<ChildProcess | undefined> {
    for (let pauseMs = firstPauseMs; ; pauseMs = Math.min(pauseMs * 2, longestPauseMs)) {
      await pause(pauseMs, stopping.signal);
      if (stopping.signal.aborted) return undefined;
      try {
        return await launch(start, address);
      } catch (error) {
        start.log.warn({ because: messageOf(error) }, 'the Temporal server did not start; trying again');
      }
    }
  }

  return {
    address,
    ...(start.uiPort === undefined ? {} : { uiUrl: `http://127.0.0.1:${start.uiPort}` }),
    async stop() {
      stopping.abort();
      await end(child);
      await keeping;
      await end(child); // one that was being launched while we stopped
    },
  };
}

async function launch(start: DevServerStart, address: string): Promise<ChildProcess> {
  const out = openSync(start.logFile, 'a', 0o600); // a file, not a pipe: nobody has to read it, and it outlives us
  // Detached: Ctrl-C reaches the whole process group, and the server must stay until the worker has drained.
  const child = spawn(start.cliPath, devServerFlags(start), {
    stdio: ['ignore', out, out],
    detached: true,
    // Its runtime collects once half as much again has been allocated, instead of as much again: a third less memory.
    env: { GOGC: '50', ...process.env },
  });
  closeSync(out);
  const failed = new Promise<never>((_, reject) => {
    child.once('error', (error) => reject(startFailed(start.logFile, error.message)));
    child.once('exit', (code, signal) =>
      reject(startFailed(start.logFile, `it ended with ${code ?? signal ?? 'no code'}`)),
    );
  });
  if (child.pid !== undefined) start.started?.(child.pid);
  const waiting = new AbortController();
  try {
    await Promise.race([failed, untilServing(address, waiting.signal, start.logFile)]);
    return child;
  } catch (error) {
    await end(child);
    throw error;
  } finally {
    waiting.abort();
    failed.catch(() => undefined); // an end after this is for whoever keeps it running
  }
}

/** The health probe is answered by whoever has the port, so the port was tried before and an exit of ours ends the wait. */
async function untilServing(address: string, signal: AbortSignal, logFile: string): Promise<void> {
  const connection = Connection.lazy({ address });
  const limit = Date.now() + serveLimitMs;
  try {
    while (!(await isServing(connection))) {
      if (signal.aborted) return;
      if (Date.now() > limit)
        throw startFailed(logFile, `it does not serve after ${serveLimitMs / 1000} seconds`);
      await pause(probeEveryMs);
    }
  } finally {
    await connection.close();
  }
}

async function isServing(connection: Connection): Promise<boolean> {
  const service = 'temporal.api.workflowservice.v1.WorkflowService';
  try {
    const { status } = await connection.withDeadline(Date.now() + 500, async () =>
      connection.healthService.check({ service }),
    );
    return (status as number) === serving;
  } catch {
    return false;
  }
}

const ended = async (child: ChildProcess): Promise<string> =>
  new Promise((resolve) => {
    const say = (): void => resolve(`code ${child.exitCode ?? 'none'}, signal ${child.signalCode ?? 'none'}`);
    if (child.exitCode !== null || child.signalCode !== null) say();
    else child.once('exit', say);
  });

async function end(child: ChildProcess): Promise<void> {
  const identity = child.pid === undefined ? undefined : identityOf(child.pid);
  if (identity) await endProcess(identity, stopGraceMs);
}

function startFailed(log: string, detail: string): GantryError {
  const tail = readFileSync(log, 'utf8').trim().split('\n').slice(-3).join(' ').slice(-600);
  const code = /no space left on device|database or disk is full/i.test(tail)
    ? 'DISK_FULL'
    : 'TEMPORAL_START_FAILED';
  const folder = dirname(log);
  return new GantryError(code, {
    ...{ detail: tail === '' ? detail : `${detail}: ${tail}`, log },
    ...(code === 'DISK_FULL' ? { path: folder, ...diskNamed(folder) } : {}),
  });
}
