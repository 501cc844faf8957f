import { linkSync, readFileSync, rmSync, writeFileSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { identityOf, type ProcessIdentity } from '../process-identity.ts';

/** What the wrapper is told on its standard input: secrets are in it, so it is never written to a file. */
export interface WrapperJob {
  folder: string;
  argv: readonly string[];
  workFolder: string;
  environment: Readonly<Record<string, string>>;
  /** Name → value; masked in both streams. */
  secrets: Readonly<Record<string, string>>;
  /** Standard input of the command. */
  input: string;
  timeoutMs: number;
  /** Between SIGTERM and SIGKILL. */
  graceMs: number;
  /** Whether processes that the command left in its group are ended with it. */
  endLeftovers: boolean;
}

/** How a command ended. `lost`: its wrapper died without leaving a result, so nobody knows. */
export interface CommandEnd {
  how: 'exited' | 'signalled' | 'timedOut' | 'cancelled' | 'notStarted' | 'lost';
  exitCode?: number;
  signal?: string;
  /** Why it was not started. */
  detail?: string;
  /** Where it worked; empty when lost. */
  workFolder: string;
  startedAt: string;
  endedAt: string;
}

/** Files in a run's folder; each appears complete or not at all. */
export const folderFiles = {
  /** Identity of the one wrapper that may run the command. */
  wrapper: 'wrapper.json',
  /** Identity of the command, leader of its process group. */
  command: 'command.json',
  /** Somebody wants it to end. */
  cancel: 'cancel',
  result: 'result.json',
  stdout: 'stdout',
  stderr: 'stderr',
} as const;

/** Takes the right to run the command in this folder; false where another wrapper has it. */
export function claim(folder: string): boolean {
  const draft = join(folder, `wrapper.${process.pid}`);
  writeFileSync(draft, JSON.stringify(identityOf(process.pid)));
  try {
    // a link appears at once with its content and never replaces another: exactly one wrapper gets it
    linkSync(draft, join(folder, folderFiles.wrapper));
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  } finally {
    rmSync(draft, { force: true });
  }
}

export function writeAtomically(folder: string, name: string, value: unknown): void {
  const draft = join(folder, `${name}.${process.pid}.draft`);
  writeFileSync(draft, JSON.stringify(value));
  renameSync(draft, join(folder, name));
}

export const readResult = (folder: string): CommandEnd | undefined =>
  readJson(join(folder, folderFiles.result)) as CommandEnd | undefined;
export const readWrapper = (folder: string): ProcessIdentity | undefined =>
  readJson(join(folder, folderFiles.wrapper)) as ProcessIdentity | undefined;
export const readCommand = (folder: string): ProcessIdentity | undefined =>
  readJson(join(folder, folderFiles.command)) as ProcessIdentity | undefined;

function readJson(path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}
