import { linkSync, readFileSync, rmSync, statSync, unlinkSync, writeFileSync } from 'node:fs';
import { setTimeout as after } from 'node:timers/promises';
import { randomUUID } from 'node:crypto';
import { identityOf, isRunning, type ProcessIdentity } from './process-identity.ts';

const LOOK_AGAIN_MS = 50;
/** Breaking takes a moment; a mark this old belongs to a process that died in that moment. */
const BREAKING_MS = 30_000;

const queues = new Map<string, Promise<unknown>>();

/**
 * Does `work` while no other process of this machine, and nobody else in this one, does any under the same path. A lock
 * whose holder died is taken over.
 */
export async function withFileLock<T>(path: string, work: () => Promise<T>): Promise<T> {
  const before = queues.get(path) ?? Promise.resolve();
  const mine = before.then(() => holding(path, work));
  const settled = mine.catch(() => undefined);
  queues.set(path, settled);
  try {
    return await mine;
  } finally {
    if (queues.get(path) === settled) queues.delete(path);
  }
}

async function holding<T>(path: string, work: () => Promise<T>): Promise<T> {
  while (!take(path)) {
    if (isAbandoned(path)) breakLock(path);
    else await after(LOOK_AGAIN_MS);
  }
  try {
    return await work();
  } finally {
    rmSync(path, { force: true });
  }
}

function take(path: string): boolean {
  const draft = `${path}.${randomUUID()}`;
  writeFileSync(draft, JSON.stringify(identityOf(process.pid)), { mode: 0o600 });
  try {
    linkSync(draft, path);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  } finally {
    unlinkSync(draft);
  }
}

function isAbandoned(path: string): boolean {
  try {
    return !isRunning(JSON.parse(readFileSync(path, 'utf8')) as ProcessIdentity);
  } catch (error) {
    // given back just now: not abandoned, simply free
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false;
    throw error;
  }
}

/** Removes an abandoned lock. Only who holds the mark may, and looks again under it: else two would remove each other's. */
function breakLock(path: string): void {
  const mark = `${path}.breaking`;
  if (!take(mark)) {
    if (ageOf(mark) > BREAKING_MS) rmSync(mark, { force: true });
    return;
  }
  try {
    if (isAbandoned(path)) rmSync(path, { force: true });
  } finally {
    rmSync(mark, { force: true });
  }
}

function ageOf(path: string): number {
  return Date.now() - (statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? Date.now());
}
