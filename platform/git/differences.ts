import type { Copy } from './copy.ts';
import { assertHash } from './hash.ts';
import type { FileChange, Mirror } from './mirror.ts';

/** Which files commits changed, and how often. */
export const differencesOf = ({ git }: Copy): Pick<Mirror, 'changedFiles' | 'changesByFile'> => ({
  async changedFiles(from, to) {
    assertHash(to);
    if (from !== undefined) assertHash(from);
    const start = from ?? (await git('hash-object', '-t', 'tree', '/dev/null')).trim();
    const options = ['-z', '--no-renames', '--no-ext-diff', '--no-textconv', '--ignore-submodules=all'];
    const [lines, names] = await Promise.all([
      git('diff', '--numstat', ...options, start, to, '--'),
      git('diff', '--name-status', ...options, start, to, '--'),
    ]);
    return parseDiff(lines, names);
  },

  async changesByFile(commit, days) {
    assertHash(commit);
    const at = (await git('log', '--max-count=1', '--format=%ct', commit)).trim();
    const log = await git(
      'log',
      '-z',
      '--max-count=500',
      `--since=${Number(at) - days * 86_400}`,
      '--no-renames',
      '--name-only',
      '--format=tformat:',
      commit,
    );
    const counts = new Map<string, number>();
    for (const path of log.split(/[\0\n]+/).filter(Boolean)) counts.set(path, (counts.get(path) ?? 0) + 1);
    return counts;
  },
});

/** Two reports of one diff, joined by path: `-` stands for lines of what is not text. */
function parseDiff(numstat: string, nameStatus: string): FileChange[] {
  const lines = new Map<string, number | undefined>();
  for (const entry of numstat.split('\0').filter(Boolean)) {
    const [added = '', removed = '', ...path] = entry.split('\t');
    lines.set(path.join('\t'), added === '-' ? undefined : Number(added) + Number(removed));
  }
  const fields = nameStatus.split('\0');
  const changes: FileChange[] = [];
  for (let at = 0; at + 1 < fields.length; at += 2) {
    const [status = '', path = ''] = fields.slice(at, at + 2);
    const count = lines.get(path);
    const how = status === 'A' ? 'added' : status === 'D' ? 'removed' : 'changed';
    changes.push({ path, how, ...(count === undefined ? {} : { lines: count }) });
  }
  return changes;
}
