import { randomUUID } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Copy } from './copy.ts';
import { assertHash } from './hash.ts';
import type { Mirror } from './mirror.ts';

const MOST_FILE_BYTES = 1024 * 1024;

/** What stands in the files of a commit. */
export const filesOf = ({ folder, git, gitWithIndex }: Copy): Pick<Mirror, 'readFile' | 'checkout'> => ({
  async readFile(commit, path) {
    assertHash(commit);
    const [entry] = (await git('ls-tree', '-z', '-l', commit, '--', path)).split('\0');
    const [, kind, size, name] = /^\d+ (\w+) [0-9a-f]+\s+(\S+)\t([\s\S]*)$/.exec(entry ?? '') ?? [];
    if (kind !== 'blob' || name !== path || Number(size) > MOST_FILE_BYTES) return undefined;
    return git('cat-file', 'blob', `${commit}:${path}`);
  },

  async checkout(commit, target) {
    assertHash(commit);
    const index = join(folder, `index.${randomUUID()}`);
    try {
      await gitWithIndex(index, 'read-tree', commit);
      await gitWithIndex(
        index,
        `--work-tree=${target}`,
        'checkout-index',
        '--all',
        '--force',
        `--prefix=${target}/`,
      );
    } finally {
      await rm(index, { force: true });
    }
  },
});
