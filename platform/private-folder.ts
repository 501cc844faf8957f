import { existsSync, mkdirSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { GantryError } from './errors.ts';

/**
 * Makes a folder that only its owner can enter and that git leaves alone, since it lies in the middle of people's
 * repositories and holds tokens; its parents get the usual mode. Throws `DATA_TOO_OPEN` when it exists
 * with a wider one.
 */
export function makePrivateFolder(folder: string): void {
  if (!existsSync(folder)) {
    mkdirSync(dirname(folder), { recursive: true }); // not in one call: a mode given with `recursive` locks the parents too
    mkdirSync(folder, { mode: 0o700, recursive: true });
    writeFileSync(join(folder, '.gitignore'), '*\n');
  }
  refuseOpenModes(folder);
}

/** Throws `DATA_TOO_OPEN` when group or others may read, write or enter. */
export function refuseOpenModes(path: string): void {
  const mode = statSync(path).mode & 0o777;
  if ((mode & 0o077) !== 0)
    throw new GantryError('DATA_TOO_OPEN', { path, mode: mode.toString(8).padStart(4, '0') });
}
