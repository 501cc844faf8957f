import { statfs } from 'node:fs/promises';
import { GantryError } from './errors.ts';

const mebibyte = 1024 * 1024;
/** Below this a database that grows for an hour could fill the disk (issue: what `gantry up` refuses). */
const leastFreeBytes = 200 * mebibyte;

/** Throws `DISK_FULL` when the disk under a folder has less than 200 MiB left. */
export async function refuseFullDisk(folder: string): Promise<void> {
  const { bavail, bsize } = await statfs(folder);
  const free = bavail * bsize;
  if (free < leastFreeBytes)
    throw new GantryError('DISK_FULL', {
      path: folder,
      free: inMebibytes(free),
      need: inMebibytes(leastFreeBytes),
    });
}

const inMebibytes = (bytes: number): string => `${Math.floor(bytes / mebibyte)} MiB`;
