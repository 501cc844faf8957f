import { readFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { GantryError } from '../../platform/errors.ts';
import type { Io } from '../io.ts';

/** A policy file as the server wants it; `baseDir` is the folder that relative paths in it start from. */
export async function readPolicyFile(
  io: Pick<Io, 'cwd'>,
  file: string,
): Promise<{ text: string; baseDir: string }> {
  const path = resolve(io.cwd, file);
  try {
    return { text: await readFile(path, 'utf8'), baseDir: dirname(path) };
  } catch (cause) {
    const isMissing = (cause as NodeJS.ErrnoException).code === 'ENOENT';
    throw new GantryError(
      isMissing ? 'POLICY_NOT_FOUND' : 'POLICY_UNREADABLE',
      { file: path, path, detail: path },
      { cause },
    );
  }
}
