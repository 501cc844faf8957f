import { createHash, randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { link, mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { cancelRun, clearRun, hasRun } from './run-command.ts';

const RECORDED = 'recorded';
/** Longer than any attempt that does not know of the record may go on asking. */
const KEPT_MS = 24 * 60 * 60 * 1000;
const LONGEST_NAME = 200;

/** Folder in which the runs of one operation or check leave what they did, so that a later attempt finds them. */
export interface OperationFolder {
  run(number: number): string;
  /** Number of the last run that began; 1 where none did. */
  latest(): number;
  /** Ends whatever still runs there. */
  cancel(): Promise<void>;
  /** To be called once the result is in the record: working files go now, the rest a day later. */
  settled(): Promise<void>;
}

/** @param dataDir without one, the system's folder for temporary files is used */
export function operationFolder(dataDir: string | undefined, id: string): OperationFolder {
  const folder = join(operationsIn(dataDir), nameOf(id));
  const run = (number: number): string => join(folder, `run-${number}`);
  const latest = (): number => {
    let number = 1;
    while (hasRun(run(number + 1))) number += 1;
    return number;
  };
  const all = (): string[] => Array.from({ length: latest() }, (_, index) => run(index + 1));
  return {
    run,
    latest,
    async cancel() {
      await Promise.all(all().map(cancelRun));
    },
    async settled() {
      if (!existsSync(folder)) return;
      await Promise.all(all().map(clearRun));
      await writeFile(join(folder, RECORDED), '');
    },
  };
}

/** Name of the place where operations of this folder are kept: whoever has the same, finds what the other began. */
export async function placeOf(dataDir: string | undefined): Promise<string> {
  const root = operationsIn(dataDir);
  await mkdir(root, { recursive: true, mode: 0o700 });
  const file = join(root, '.place');
  const known = await readFile(file, 'utf8').catch(() => '');
  if (known !== '') return known;
  const draft = `${file}.${randomUUID()}`;
  await writeFile(draft, randomUUID());
  // a link never replaces: of several that begin at once, one gives the name
  await link(draft, file).catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  });
  await rm(draft, { force: true });
  return readFile(file, 'utf8');
}

/** Ends what still runs of all operations whose id begins so. */
export async function cancelOperations(dataDir: string | undefined, beginning: string): Promise<void> {
  const names = await readdir(operationsIn(dataDir)).catch(() => []);
  const found = names.filter((name) => name.startsWith(beginning));
  await Promise.all(found.map((name) => operationFolder(dataDir, name).cancel()));
}

/** Removes the folders of operations that were recorded more than a day ago. */
export async function sweepOperations(dataDir: string | undefined, now: Date): Promise<void> {
  const root = operationsIn(dataDir);
  await mkdir(root, { recursive: true, mode: 0o700 });
  for (const name of await readdir(root)) {
    const recorded = await stat(join(root, name, RECORDED)).catch(() => undefined);
    if (recorded && now.getTime() - recorded.mtimeMs > KEPT_MS)
      await rm(join(root, name), { recursive: true, force: true });
  }
}

const operationsIn = (dataDir: string | undefined): string =>
  join(dataDir ?? join(tmpdir(), 'gantry'), 'operations');

/** The id itself, so that people find the folder; one that no file system takes is cut and told apart by its hash. */
function nameOf(id: string): string {
  if (id.length <= LONGEST_NAME && /^[A-Za-z0-9_][A-Za-z0-9._+-]*$/.test(id)) return id;
  const plain = id.replaceAll(/[^A-Za-z0-9_-]/g, '-').slice(0, LONGEST_NAME - 40);
  return `${plain}-${createHash('sha256').update(id).digest('hex').slice(0, 32)}`;
}
