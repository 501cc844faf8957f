import { readFileSync, realpathSync } from 'node:fs';
import { statfs } from 'node:fs/promises';
import { resolve } from 'node:path';
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
      ...diskNamed(folder),
      free: inMebibytes(free),
      need: inMebibytes(leastFreeBytes),
    });
}

const inMebibytes = (bytes: number): string => `${Math.floor(bytes / mebibyte)} MiB`;

/** `/dev/sda1, mounted at /srv`: where the system tells it, as a parameter of problems. */
export function diskNamed(folder: string): { disk?: string } {
  try {
    const disk = diskOf(existing(resolve(folder)), readFileSync('/proc/self/mounts', 'utf8'));
    return disk === undefined ? {} : { disk };
  } catch {
    return {}; // another system, or none of our business
  }
}

/** The real path of a folder, or of the nearest one above it that is there. */
function existing(folder: string): string {
  try {
    return realpathSync(folder);
  } catch (error) {
    const above = resolve(folder, '..');
    if (above === folder) throw error;
    return existing(above);
  }
}

/** @param mounts lines of `/proc/self/mounts`: device, place (with `\\040` for a blank), and more; the last one of a place counts */
export function diskOf(path: string, mounts: string): string | undefined {
  const isUnder = (place: string): boolean => place === '/' || path === place || path.startsWith(`${place}/`);
  const found = mounts
    .split('\n')
    .map((line) => line.split(' ').map(readable))
    .flatMap(([device = '', place = '']) => (place !== '' && isUnder(place) ? [{ device, place }] : []))
    .reduce<{ device: string; place: string } | undefined>(
      (best, one) => (best === undefined || one.place.length >= best.place.length ? one : best),
      undefined,
    );
  return found && `${found.device}, mounted at ${found.place}`;
}

const readable = (text: string): string =>
  text.replace(/\\([0-7]{3})/g, (_, code: string) => String.fromCharCode(Number.parseInt(code, 8)));
