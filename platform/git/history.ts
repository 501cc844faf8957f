import type { Copy } from './copy.ts';
import { assertHash } from './hash.ts';
import type { GitCommit, Mirror, Signature } from './mirror.ts';

const MOST_COMMITS = 5000;

/** Commits, and who wrote them. */
export const historyOf = ({ git }: Copy): Pick<Mirror, 'readCommits' | 'authorsUpTo'> => ({
  async readCommits(from, to) {
    assertHash(to);
    if (from !== undefined) assertHash(from);
    const range = from === undefined ? to : `${from}..${to}`;
    return parseLog(
      await git(
        'log',
        '-z',
        `--max-count=${MOST_COMMITS}`,
        '--no-mailmap',
        '--no-show-signature',
        `--format=tformat:${FORMAT}`,
        range,
      ),
    );
  },

  async authorsUpTo(commit) {
    assertHash(commit);
    const log = await git('log', '-z', '--no-mailmap', '--format=tformat:%an%x00%ae', commit);
    const fields = log.split('\0');
    const known = new Map<string, Signature>();
    for (let at = 0; at + 1 < fields.length; at += 2) {
      const [name = '', email = ''] = fields.slice(at, at + 2);
      known.set(`${name}\0${email}`, { name, email });
    }
    return [...known.values()];
  },
});

const FIELDS = [
  '%H',
  '%P',
  '%an',
  '%ae',
  '%cn',
  '%ce',
  '%cI',
  '%s',
  '%b',
  '%(trailers:key=Co-authored-by,valueonly,unfold)',
];
const FORMAT = FIELDS.join('%x00');

function parseLog(log: string): GitCommit[] {
  const fields = log.split('\0');
  const commits: GitCommit[] = [];
  for (let at = 0; at + FIELDS.length <= fields.length; at += FIELDS.length) {
    const [
      hash = '',
      parents = '',
      an = '',
      ae = '',
      cn = '',
      ce = '',
      date = '',
      subject = '',
      body = '',
      together = '',
    ] = fields.slice(at);
    commits.push({
      hash,
      parents: parents.split(' ').filter(Boolean),
      author: { name: an, email: ae },
      committer: { name: cn, email: ce },
      coAuthors: together.split('\n').flatMap(readSignature),
      at: date,
      subject,
      body: body.trim(),
    });
  }
  return commits;
}

function readSignature(line: string): Signature[] {
  const [, name, email] = /^\s*([^<]*?)\s*<([^<>\s]+)>\s*$/.exec(line) ?? [];
  return name === undefined || email === undefined ? [] : [{ name, email }];
}
