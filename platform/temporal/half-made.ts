import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { engineFile } from './version-mark.ts';

/** Stands in the data folder from before the engine's file is made until the engine has served from it for the first time. */
const markOf = (folder: string): string => join(folder, 'temporal.first-start');

/**
 * Readies the place of the engine's file. One that was left half made, because its first start was killed, is taken away: nothing
 * was ever told to an engine that never served, and it could not be opened again.
 */
export function beforeFirstStart(folder: string): void {
  const file = engineFile(folder);
  if (existsSync(markOf(folder)))
    for (const end of ['', '-wal', '-shm', '-journal']) rmSync(`${file}${end}`, { force: true });
  if (!existsSync(file)) writeFileSync(markOf(folder), '', { mode: 0o600 });
}

/** From now on the file is whole, and is never taken away. */
export const hasServed = (folder: string): void => rmSync(markOf(folder), { force: true });
