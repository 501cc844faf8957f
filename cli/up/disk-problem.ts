import { diskNamed } from '../../platform/disk.ts';
import { GantryError, messageOf } from '../../platform/errors.ts';

/** A full disk shows itself at any write; what it says then helps nobody, so it gets its own problem. */
export function diskProblem(error: unknown, path: string): unknown {
  const isFull =
    (error as NodeJS.ErrnoException | undefined)?.code === 'ENOSPC' ||
    /no space left on device/i.test(messageOf(error));
  return isFull && !(error instanceof GantryError)
    ? new GantryError('DISK_FULL', { path, ...diskNamed(path) }, { cause: error })
    : error;
}
