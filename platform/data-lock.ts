import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { endProcess } from './end-process.ts';
import { GantryError } from './errors.ts';
import { identityOf, isRunning, type ProcessIdentity } from './process-identity.ts';

const IdentitySchema = z.object({ pid: z.number().int().positive(), startedAt: z.string() });
const HeldSchema = z.object({
  owner: IdentitySchema,
  since: z.string(),
  children: z.record(z.string(), IdentitySchema),
});
type Held = z.infer<typeof HeldSchema>;

/** One owner per data folder. */
export interface DataLock {
  /** Writes a child down, so that the next start ends it if this process is killed before it can. */
  noteChild: (name: string, pid: number) => void;
  release: () => void;
}

const orphanGraceMs = 10_000;

/**
 * Takes the data folder for this process. Throws `DATA_IN_USE` while its owner lives. After an owner that was killed it ends
 * the children that were left running and goes on. A process is known by its pid and its start, so a stranger with a dead
 * owner's pid does not keep the folder shut, and is never ended.
 */
export async function lockData(folder: string, now: Date = new Date()): Promise<DataLock> {
  const file = join(folder, 'lock.json');
  const owner = identityOf(process.pid);
  if (!owner) throw new Error('This process cannot find itself.');
  const mine: Held = { owner, since: now.toISOString(), children: {} };
  while (!create(file, mine)) {
    const text = readIfThere(file);
    const held = text === undefined ? undefined : parse(text);
    if (text === undefined) continue;
    if (held && isRunning(held.owner)) throw inUse(folder, held);
    if (moveAway(file, text)) mine.children = held?.children ?? {};
  }
  await endOrphans(mine.children);
  mine.children = {};
  replace(file, mine);
  return {
    noteChild(name, pid) {
      const child = identityOf(pid);
      if (!child) return; // it has ended already
      mine.children = { ...mine.children, [name]: child };
      replace(file, mine);
    },
    release: () => rmSync(file, { force: true }),
  };
}

const inUse = (folder: string, { owner, since }: Held): GantryError =>
  new GantryError('DATA_IN_USE', { folder, pid: owner.pid, since });

const endOrphans = async (children: Record<string, ProcessIdentity>): Promise<unknown> =>
  Promise.all(Object.values(children).map(async (child) => endProcess(child, orphanGraceMs)));

/** The orphans of the dead owner stand in our lock from the first moment: we, too, may be killed before they are ended. */
function create(file: string, held: Held): boolean {
  const draft = `${file}.${process.pid}`;
  writeFileSync(draft, JSON.stringify(held), { mode: 0o600 });
  try {
    linkSync(draft, file); // whole or not at all, and only where there is none
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    return false;
  } finally {
    rmSync(draft, { force: true });
  }
}

/** Of two that find the same dead lock one moves it; the other may have moved the first one's new lock and puts it back. */
function moveAway(file: string, expected: string): boolean {
  const aside = `${file}.${process.pid}.old`;
  try {
    renameSync(file, aside);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    return false;
  }
  const isTheDeadOne = readFileSync(aside, 'utf8') === expected;
  if (!isTheDeadOne) renameSync(aside, file);
  else rmSync(aside, { force: true });
  return isTheDeadOne;
}

function replace(file: string, held: Held): void {
  const draft = `${file}.${process.pid}`;
  writeFileSync(draft, JSON.stringify(held), { mode: 0o600 });
  renameSync(draft, file);
}

function readIfThere(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

/** A file that is no lock of ours, such as one cut off by a full disk, has no living owner. */
function parse(text: string): Held | undefined {
  try {
    return HeldSchema.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}
