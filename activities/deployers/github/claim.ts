import { mkdir, open, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { OperationFolder } from '../../../platform/command/operations.ts';

const fileOf = (folder: OperationFolder): string => join(folder.run(1), 'dispatched');

/** When this machine took the right to dispatch the operation; undefined where it has not. */
export const claimedAt = (folder: OperationFolder): Promise<number | undefined> =>
  stat(fileOf(folder)).then(
    ({ mtimeMs }) => mtimeMs,
    (error: unknown) => {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
      throw error;
    },
  );

/** Takes the right to dispatch the operation, on disk before anything is sent; false where somebody has it. */
export async function claimDispatch(folder: OperationFolder): Promise<boolean> {
  await mkdir(folder.run(1), { recursive: true, mode: 0o700 });
  try {
    const file = await open(fileOf(folder), 'wx', 0o600);
    await file.sync();
    await file.close();
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}
