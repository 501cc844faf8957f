import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { randomUUID } from 'node:crypto';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { setTimeout as after } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { createMask } from '../mask.ts';
import { pause as pauseFor } from '../pause.ts';
import { groupExists, isRunning, leadsGroup, signalGroup } from '../process-identity.ts';
import {
  folderFiles,
  readCommand,
  readResult,
  readWrapper,
  type CommandEnd,
  type WrapperJob,
} from './operation-folder.ts';

const LOOK_AGAIN_MS = 100;
const GRACE_MS = 10_000;
const ATTEMPTS_TO_START = 3;

/** One run of one command, once in its folder however often it is asked for (trust §5.4). */
export interface CommandRun {
  /** Of this run alone; asking again with the same folder joins the run that is there. */
  folder: string;
  /** File and arguments, placeholders filled. */
  argv: readonly string[];
  /** All that the command inherits beside PATH, LANG, TZ and a HOME of its own. */
  environment: Readonly<Record<string, string>>;
  /** Handed in like `environment` and masked in the output. */
  secrets: Readonly<Record<string, string>>;
  input?: string;
  timeoutMs: number;
  /** Between SIGTERM and SIGKILL; 10 s unless told. */
  graceMs?: number;
  /** Whether what the command left running in its process group is ended with it. */
  endLeftovers: boolean;
  /** Fills the fresh working folder before the command starts. Not called for a run that is joined. */
  prepare?: (workFolder: string) => Promise<void>;
}

export interface Waiting {
  /** Ends the command: process group first asked, then killed. The end of the run is still awaited. */
  cancel?: AbortSignal;
  /** Stops waiting and leaves the command alone, for a later attempt to join. */
  leave?: AbortSignal;
}

export interface CommandOutput extends CommandEnd {
  stdout: string;
  stderr: string;
}

/**
 * Runs a command, or joins the run that an earlier attempt began in the same folder, running or ended.
 * @throws GantryError SECRET_TOO_SHORT; the reason of `leave` when that fires.
 */
export async function runCommand(run: CommandRun, waiting: Waiting = {}): Promise<CommandOutput> {
  createMask(run.secrets);
  await mkdir(run.folder, { recursive: true, mode: 0o700 });
  for (let attempt = 0; attempt < ATTEMPTS_TO_START && !readWrapper(run.folder); attempt += 1) {
    if (waiting.cancel?.aborted) await writeFile(join(run.folder, folderFiles.cancel), '');
    await startWrapper(run);
  }
  if (!readWrapper(run.folder)) throw new Error(`The wrapper process for ${run.folder} does not start.`);
  return untilEnded(run.folder, waiting, run.graceMs ?? GRACE_MS);
}

/** Ends a run that may still be going on, and waits for that. Harmless where there is none. */
export async function cancelRun(folder: string): Promise<void> {
  if (!existsSync(folder) || !readWrapper(folder)) return;
  await untilEnded(folder, { cancel: AbortSignal.abort() }, GRACE_MS);
}

/** Whether somebody began a run in this folder. */
export const hasRun = (folder: string): boolean => existsSync(join(folder, folderFiles.wrapper));

/** Removes what a run worked with, once its result is in the record; the result itself stays for those who still ask. */
export async function clearRun(folder: string): Promise<void> {
  await rm(join(folder, 'work'), { recursive: true, force: true });
}

/**
 * Starts a wrapper and waits until it has claimed the run or gone. Starting one too many is harmless: only one of them
 * gets the claim, and all others go away without doing anything.
 */
async function startWrapper(run: CommandRun): Promise<void> {
  const own = join(run.folder, 'work', randomUUID());
  const workFolder = join(own, 'folder');
  const home = join(own, 'home');
  await mkdir(workFolder, { recursive: true, mode: 0o700 });
  await mkdir(home, { mode: 0o700 });
  await run.prepare?.(workFolder).catch(async (error: unknown) => {
    await rm(own, { recursive: true, force: true });
    throw error;
  });
  const job: WrapperJob = {
    folder: run.folder,
    argv: run.argv,
    workFolder,
    environment: { ...surroundings(), ...quiet, ...run.environment, ...run.secrets, HOME: home },
    secrets: run.secrets,
    input: run.input ?? '',
    timeoutMs: run.timeoutMs,
    graceMs: run.graceMs ?? GRACE_MS,
    endLeftovers: run.endLeftovers,
  };
  const wrapper = spawn(process.execPath, wrapperArguments(), {
    cwd: run.folder,
    env: surroundings(),
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  const gone = once(wrapper, 'exit');
  wrapper.stdin.on('error', () => undefined);
  wrapper.stdin.end(JSON.stringify(job));
  wrapper.unref();
  const settled = new AbortController();
  await Promise.race([gone, untilClaimed(run.folder, settled.signal)]).finally(() => settled.abort());
}

async function untilClaimed(folder: string, stop: AbortSignal): Promise<void> {
  while (!stop.aborted && !readWrapper(folder)) await after(LOOK_AGAIN_MS / 4);
}

async function untilEnded(folder: string, waiting: Waiting, graceMs: number): Promise<CommandOutput> {
  let asked = false;
  for (;;) {
    const result = readResult(folder);
    if (result) return withOutput(folder, result);
    waiting.leave?.throwIfAborted();
    const wrapper = readWrapper(folder);
    if (!wrapper || !isRunning(wrapper))
      return withOutput(folder, readResult(folder) ?? (await endStrays(folder, graceMs)));
    if (waiting.cancel?.aborted && !asked) {
      asked = true;
      await writeFile(join(folder, folderFiles.cancel), '');
      process.kill(wrapper.pid, 'SIGTERM');
    }
    await pause(asked ? [waiting.leave] : [waiting.leave, waiting.cancel]);
  }
}

async function pause(until: readonly (AbortSignal | undefined)[]): Promise<void> {
  const signals = until.filter((signal) => signal !== undefined);
  await pauseFor(LOOK_AGAIN_MS, AbortSignal.any(signals));
}

/** The wrapper died and left nothing: whatever it ran is ended, since nobody keeps its time any more. */
async function endStrays(folder: string, graceMs: number): Promise<CommandEnd> {
  const command = readCommand(folder);
  if (command && leadsGroup(command)) {
    signalGroup(command.pid, 'SIGTERM');
    const deadline = Date.now() + graceMs;
    while (groupExists(command.pid) && Date.now() < deadline) await after(LOOK_AGAIN_MS);
    signalGroup(command.pid, 'SIGKILL');
  }
  const now = new Date().toISOString();
  return { how: 'lost', workFolder: '', startedAt: now, endedAt: now };
}

async function withOutput(folder: string, end: CommandEnd): Promise<CommandOutput> {
  const [stdout, stderr] = await Promise.all([
    readText(folder, folderFiles.stdout),
    readText(folder, folderFiles.stderr),
  ]);
  return { ...end, stdout, stderr };
}

const readText = (folder: string, name: string): Promise<string> =>
  readFile(join(folder, name), 'utf8').catch(() => '');

/** npm's advert for its newer self would be the last line that a failed command says. */
const quiet = { NPM_CONFIG_UPDATE_NOTIFIER: 'false' };

function surroundings(): Record<string, string> {
  const kept = ['PATH', 'LANG', 'TZ'].map((name) => [name, process.env[name]] as const);
  return Object.fromEntries(kept.filter((entry): entry is [string, string] => entry[1] !== undefined));
}

/** From sources the wrapper needs a loader for TypeScript, which is there wherever sources are. */
function wrapperArguments(): string[] {
  const isSource = import.meta.url.endsWith('.ts');
  const script = fileURLToPath(new URL(isSource ? './wrapper.ts' : './wrapper.js', import.meta.url));
  return isSource ? ['--import', createRequire(import.meta.url).resolve('tsx'), script] : [script];
}
