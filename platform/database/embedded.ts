import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { chownSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { diskNamed } from '../disk.ts';
import { GantryError, messageOf } from '../errors.ts';
import { identityOf, isRunning, type ProcessIdentity } from '../process-identity.ts';
import { findBinaries, runnerFor, type Runner } from './binaries.ts';

/** What the store says when something happens that nobody waits for; a pino logger fits. */
export interface StoreLog {
  warn(facts: Record<string, unknown>, message: string): void;
}

/** A running embedded server. `host` is the folder of its socket; nothing listens on the network. */
export interface EmbeddedServer {
  host: string;
  dir: string;
  stop(): Promise<void>;
}

const startLimitMs = 60_000;
const stopLimitMs = 30_000;
const leftoverLimitMs = 15_000;
const pollMs = 25;

/**
 * Starts PostgreSQL on the data folder `dir`, which is made if it is missing. Where a living process already runs it, this
 * is a guest: it connects and leaves the server alone. A server whose owner was killed is taken over: stopped in order and
 * started again, so that it has an owner who notices when it dies and stops it in the end.
 */
export async function startEmbedded(dir: string, log?: StoreLog): Promise<EmbeddedServer> {
  const left = await runningServer(dir);
  if (left) {
    const owner = ownerOf(dir);
    if (owner && isRunning(owner)) return { host: left.host, dir, stop: async () => undefined };
    await interrupt(left.pid);
    rmSync(left.host, { recursive: true, force: true });
  }
  const binaries = findBinaries();
  const host = mkdtempSync(path.join(os.tmpdir(), 'gantry-pg-'));
  try {
    const runner = prepare(binaries, dir, host);
    const server = new Supervised(() => launch(binaries, dir, host, runner), log);
    // Before the server answers: whoever finds it must see that it has an owner.
    writeFileSync(ownerFile(dir), JSON.stringify(identityOf(process.pid)), { mode: 0o600 });
    await startOverLeftovers(server, log);
    const stop = async (): Promise<void> => {
      await server.stop();
      rmSync(ownerFile(dir), { force: true });
      rmSync(host, { recursive: true, force: true });
    };
    return { host, dir, stop };
  } catch (error) {
    rmSync(host, { recursive: true, force: true });
    throw startProblem(error, dir);
  }
}

function prepare(binaries: string, dir: string, host: string): Runner {
  // The parents keep their ordinary mode: with 0700 "nobody" could not enter.
  mkdirSync(path.dirname(dir), { recursive: true });
  if (!existsSync(dir)) mkdirSync(dir, { mode: 0o700 });
  const runner = runnerFor(binaries, path.dirname(dir));
  const { uid, gid } = runner.ids;
  if (uid !== undefined && gid !== undefined) for (const folder of [dir, host]) chownSync(folder, uid, gid);
  if (existsSync(path.join(dir, 'PG_VERSION'))) return runner;
  const parameters = ['-D', dir, '-U', 'gantry', '-A', 'trust', '-E', 'UTF8', '--no-locale', '-k'];
  const made = spawnSync(...runner.wrap(path.join(binaries, 'initdb'), parameters), {
    ...runner.ids,
    encoding: 'utf8',
  });
  if (made.status !== 0) throw new Error(made.error ? messageOf(made.error) : made.stderr.trim());
  return runner;
}

/** Of the programs that made the data folder: others would not start with it. */
const majorVersion = (dir: string): number => Number(readFileSync(path.join(dir, 'PG_VERSION'), 'utf8'));

/** Spawns the server and waits until it takes connections; throws with the end of its log if it does not. */
async function launch(binaries: string, dir: string, host: string, runner: Runner): Promise<ChildProcess> {
  const settings = [
    'listen_addresses=',
    'shared_buffers=16MB',
    // Whoever needs a page writes the old one itself: else a process would touch all of them to look for such that nobody needs.
    'bgwriter_lru_maxpages=0',
    // Fewer processes: nobody replicates this server, and reads are done by whoever needs them, as before PostgreSQL 18.
    'max_logical_replication_workers=0',
    ...(majorVersion(dir) >= 18 ? ['io_method=sync'] : []),
    'unix_socket_permissions=0700',
    'timezone=UTC',
  ];
  const parameters = ['-D', dir, '-k', host, ...settings.flatMap((setting) => ['-c', setting])];
  // Detached: else Ctrl-C in the terminal would reach the server before we have drained.
  const child = spawn(...runner.wrap(path.join(binaries, 'postgres'), parameters), {
    ...runner.ids,
    detached: true,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let tail = '';
  await new Promise<void>((ready, failed) => {
    const limit = setTimeout(() => {
      child.kill('SIGQUIT');
      failed(new Error(`not ready after ${startLimitMs / 1000} s: ${tail}`));
    }, startLimitMs);
    const settle = (act: () => void): void => {
      clearTimeout(limit);
      act();
    };
    child.stderr.on('data', (piece: Buffer) => {
      tail = (tail + piece.toString('utf8')).slice(-4_000);
      if (tail.includes('ready to accept connections')) settle(ready);
    });
    child.once('error', (error) => settle(() => failed(error)));
    // Not at its exit: what it said last may still be in the pipe.
    child.once('close', (code, signal) =>
      settle(() => failed(new Error(`ended with ${code ?? signal ?? 'no code'}: ${tail.trim()}`))),
    );
  });
  child.unref();
  (child.stderr as unknown as { unref(): void }).unref();
  return child;
}

/** Keeps one server process running until it is told to stop: a server that was killed comes back on the same socket. */
class Supervised {
  readonly #launch: () => Promise<ChildProcess>;
  readonly #log: StoreLog | undefined;
  #child: ChildProcess | undefined;
  #stopping = false;
  #restart: Promise<void> = Promise.resolve();

  constructor(launch: () => Promise<ChildProcess>, log: StoreLog | undefined) {
    this.#launch = launch;
    this.#log = log;
  }

  async start(): Promise<void> {
    const child = await this.#launch();
    this.#child = child;
    child.once('exit', (code, signal) => {
      if (this.#stopping) return;
      this.#log?.warn({ code, signal }, 'the embedded database ended by itself; starting it again');
      this.#restart = this.#startAgain();
    });
    // It may have died between its being ready and our listening.
    if (child.exitCode !== null || child.signalCode !== null) this.#restart = this.#startAgain();
  }

  /** Orphaned backends hold the shared memory for a moment after a kill; until they are gone a start is refused. */
  async #startAgain(): Promise<void> {
    for (let delayMs = 100; !this.#stopping; delayMs = Math.min(delayMs * 2, 5_000)) {
      try {
        await this.start();
        return;
      } catch (error) {
        this.#log?.warn({ cause: messageOf(error) }, 'the embedded database did not start; trying again');
        await wait(delayMs, undefined, { ref: false });
      }
    }
  }

  async stop(): Promise<void> {
    this.#stopping = true;
    await this.#restart;
    const pid = this.#child?.pid;
    if (pid !== undefined) await interrupt(pid);
  }
}

/**
 * After a kill -9 of everything its processes may not have gone yet: until then they keep lock file and shared memory, and a
 * start is refused although nobody serves the folder.
 */
async function startOverLeftovers(server: Supervised, log: StoreLog | undefined): Promise<void> {
  for (const limit = Date.now() + leftoverLimitMs; ;) {
    try {
      await server.start();
      return;
    } catch (error) {
      const cause = messageOf(error);
      if (Date.now() > limit || !/postmaster\.pid" already exists|shared memory block/.test(cause))
        throw error;
      log?.warn({ cause }, 'the database that was killed is not quite gone; trying again');
      await wait(pollMs * 4);
    }
  }
}

/** `postmaster.pid` says who serves the folder: line 1 the process, line 5 the socket's folder, line 8 the status. */
async function runningServer(dir: string): Promise<{ pid: number; host: string } | undefined> {
  const limit = Date.now() + startLimitMs;
  for (;;) {
    const lines = readLines(path.join(dir, 'postmaster.pid'));
    const pid = Number(lines[0]);
    const host = lines[4]?.trim();
    if (!Number.isInteger(pid) || pid <= 0 || !isAlive(pid)) return undefined;
    // After a reboot the number may belong to somebody else: only an answering socket proves a server.
    if (lines[7]?.trim() === 'ready')
      return host !== undefined && (await answers(path.join(host, '.s.PGSQL.5432')))
        ? { pid, host }
        : undefined;
    if (Date.now() > limit) return undefined;
    await wait(pollMs);
  }
}

const answers = (socket: string): Promise<boolean> =>
  new Promise((resolve) => {
    const probe = connect(socket);
    const end = (answer: boolean): void => {
      probe.destroy();
      resolve(answer);
    };
    probe.once('connect', () => end(true));
    probe.once('error', () => end(false));
  });

const ownerFile = (dir: string): string => `${dir}.owner`;

function ownerOf(dir: string): ProcessIdentity | undefined {
  const [line] = readLines(ownerFile(dir));
  try {
    return line ? (JSON.parse(line) as ProcessIdentity) : undefined;
  } catch {
    // Killed while writing it: nobody owns the server.
    return undefined;
  }
}

function readLines(file: string): string[] {
  try {
    return readFileSync(file, 'utf8').split('\n');
  } catch {
    return [];
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** SIGINT is PostgreSQL's fast shutdown: sessions end, everything is on disk. Past the limit SIGQUIT: the next start recovers. */
async function interrupt(pid: number): Promise<void> {
  signalTo(pid, 'SIGINT');
  if (await ended(pid, stopLimitMs)) return;
  signalTo(pid, 'SIGQUIT');
  await ended(pid, stopLimitMs);
}

function signalTo(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

async function ended(pid: number, limitMs: number): Promise<boolean> {
  const limit = Date.now() + limitMs;
  while (isAlive(pid)) {
    if (Date.now() > limit) return false;
    await wait(pollMs);
  }
  return true;
}

function startProblem(error: unknown, dir: string): GantryError {
  if (error instanceof GantryError) return error;
  const detail = messageOf(error);
  const code = (error as NodeJS.ErrnoException).code;
  if (code === 'ENOSPC' || /no space left on device/i.test(detail))
    return new GantryError('DISK_FULL', { place: dir, ...diskNamed(dir), detail }, { cause: error });
  return new GantryError('DATABASE_UNREACHABLE', { place: dir, detail }, { cause: error });
}
