import { existsSync } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { randomUUID } from 'node:crypto';
import { isAbsolute, join, resolve } from 'node:path';
import { simpleGit, type SimpleGit } from 'simple-git';
import { GantryError, messageOf } from './errors.ts';
import { withFileLock } from './file-lock.ts';
import { sha256 } from './ids.ts';

const SILENCE_LIMIT_MS = 120_000;
const MOST_COMMITS = 5000;
const MOST_FILE_BYTES = 1024 * 1024;
const FULL_HASH = /^([0-9a-f]{40}|[0-9a-f]{64})$/;
const SHORT_HASH = /^[0-9a-f]{7,64}$/;
const SAFE_REF = /^[A-Za-z0-9][A-Za-z0-9._+@:/-]{0,255}$/;
const REMOTE = /^(https|ssh|git|file):\/\//;
const SCP_LIKE = /^[A-Za-z0-9._-]+@[A-Za-z0-9._-]+:(?!:)/;

export interface Signature {
  name: string;
  email: string;
}

/** A commit as it was written. All text is other people's: shown as text, never as markup. */
export interface GitCommit {
  hash: string;
  parents: string[];
  author: Signature;
  committer: Signature;
  /** From the trailers `Co-authored-by`. */
  coAuthors: Signature[];
  /** Committed at, RFC 3339 with the committer's offset. */
  at: string;
  subject: string;
  body: string;
}

/** A file that a change touches; `lines` are those added and removed, undefined where it is not text. */
export interface FileChange {
  path: string;
  how: 'added' | 'changed' | 'removed';
  lines?: number;
}

/** Our own bare copy of a repository, shared by all processes that use the same data folder. */
export interface Mirror {
  /** Fetches and finds the commit of a tag, branch or hash; undefined where the repository has none. */
  resolveCommit(ref: string): Promise<string | undefined>;
  isReachable(commit: string, branch: string): Promise<boolean>;
  /** Commits of `to` that `from` does not have, newest first, at most 5000; all of `to` where there is no `from`. */
  readCommits(from: string | undefined, to: string): Promise<GitCommit[]>;
  /** Branches that the commit can be reached from, by name. */
  branchesWith(commit: string): Promise<string[]>;
  /** Files in which two commits differ, renames told as removed and added; all files of `to` where there is no `from`. */
  changedFiles(from: string | undefined, to: string): Promise<FileChange[]>;
  /** Text of a file at a commit, at most 1 MiB; undefined where there is none or it is larger. */
  readFile(commit: string, path: string): Promise<string | undefined>;
  /** Names and addresses of everybody who wrote `commit` or one before it. */
  authorsUpTo(commit: string): Promise<Signature[]>;
  /** How many of the newest 500 commits of so many days before `commit` changed each file. */
  changesByFile(commit: string, days: number): Promise<ReadonlyMap<string, number>>;
  /** Fills an empty folder with exactly the files of a commit: no `.git`, hooks, filters or submodules. */
  checkout(commit: string, folder: string): Promise<void>;
}

/** Where a service's source lies, and where copies are kept. */
export interface SourceLocation {
  /** Address, or a folder relative to `baseDir`. */
  git: string;
  /** Folder of gantry.yaml. */
  baseDir: string;
  dataDir: string;
}

/**
 * Opens the mirror of a repository. The repository is not trusted: only https, ssh, git and file are spoken, nothing of
 * its configuration, hooks or filters is used, and names from outside are checked before they reach Git.
 * @throws GantryError SOURCE_UNREADABLE, here for an address that is no repository's, later where Git cannot read it.
 */
export function openMirror(location: SourceLocation): Mirror {
  const address = addressOf(location);
  const folder = join(location.dataDir, 'mirrors', `${sha256(address).slice(0, 32)}.git`);
  const run = (git: SimpleGit, ...args: string[]): Promise<string> =>
    git.raw(args).catch((cause: unknown) => {
      throw new GantryError(
        'SOURCE_UNREADABLE',
        { source: withoutPassword(address), detail: withoutPassword(messageOf(cause)) },
        { cause },
      );
    });
  const local = (...args: string[]): Promise<string> => run(gitIn(folder, {}), ...args);
  const verify = async (name: string): Promise<string | undefined> => {
    const found = await local('rev-parse', '--verify', '--quiet', '--end-of-options', `${name}^{commit}`);
    return found.trim() || undefined;
  };

  async function fetch(): Promise<void> {
    await mkdir(join(location.dataDir, 'mirrors'), { recursive: true, mode: 0o700 });
    await withFileLock(`${folder}.lock`, async () => {
      if (!existsSync(join(folder, 'HEAD'))) {
        await mkdir(folder, { recursive: true, mode: 0o700 });
        await run(gitIn(folder, {}), 'init', '--quiet', '--bare', '--template=', folder);
      }
      const refs = ['+refs/heads/*:refs/heads/*', '+refs/tags/*:refs/tags/*'];
      await run(
        gitIn(folder, userConfiguration()),
        'fetch',
        '--quiet',
        '--prune',
        '--no-tags',
        '--no-recurse-submodules',
        address,
        ...refs,
      );
    });
  }

  return {
    async resolveCommit(ref) {
      if (!SAFE_REF.test(ref) || ref.includes('..')) return undefined;
      // a hash never means another commit later, so the copy at hand is enough; a tag may have been moved
      const isHere = FULL_HASH.test(ref) && existsSync(join(folder, 'HEAD')) ? await verify(ref) : undefined;
      if (isHere !== undefined) return isHere;
      await fetch();
      const names = [`refs/tags/${ref}`, `refs/heads/${ref}`, ...(SHORT_HASH.test(ref) ? [ref] : [])];
      for (const name of names) {
        const commit = await verify(name);
        if (commit !== undefined) return commit;
      }
      return undefined;
    },

    async isReachable(commit, branch) {
      assertHash(commit);
      const tip =
        SAFE_REF.test(branch) && !branch.includes('..') ? await verify(`refs/heads/${branch}`) : undefined;
      if (tip === undefined) return false;
      return (await local('rev-list', '--count', '--max-count=1', `${tip}..${commit}`)).trim() === '0';
    },

    async branchesWith(commit) {
      assertHash(commit);
      const names = await local('for-each-ref', '--format=%(refname)', `--contains=${commit}`, 'refs/heads');
      return names
        .split('\n')
        .filter((name) => name !== '')
        .map((name) => name.replace('refs/heads/', ''));
    },

    async readCommits(from, to) {
      assertHash(to);
      if (from !== undefined) assertHash(from);
      const range = from === undefined ? to : `${from}..${to}`;
      return parseLog(
        await local(
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

    async changedFiles(from, to) {
      assertHash(to);
      if (from !== undefined) assertHash(from);
      const start = from ?? (await local('hash-object', '-t', 'tree', '/dev/null')).trim();
      const options = ['-z', '--no-renames', '--no-ext-diff', '--no-textconv', '--ignore-submodules=all'];
      const [lines, names] = await Promise.all([
        local('diff', '--numstat', ...options, start, to, '--'),
        local('diff', '--name-status', ...options, start, to, '--'),
      ]);
      return parseDiff(lines, names);
    },

    async readFile(commit, path) {
      assertHash(commit);
      const [entry] = (await local('ls-tree', '-z', '-l', commit, '--', path)).split('\0');
      const [, kind, size, name] = /^\d+ (\w+) [0-9a-f]+\s+(\S+)\t([\s\S]*)$/.exec(entry ?? '') ?? [];
      if (kind !== 'blob' || name !== path || Number(size) > MOST_FILE_BYTES) return undefined;
      return local('cat-file', 'blob', `${commit}:${path}`);
    },

    async authorsUpTo(commit) {
      assertHash(commit);
      const log = await local('log', '-z', '--no-mailmap', '--format=tformat:%an%x00%ae', commit);
      const fields = log.split('\0');
      const known = new Map<string, Signature>();
      for (let at = 0; at + 1 < fields.length; at += 2) {
        const [name = '', email = ''] = fields.slice(at, at + 2);
        known.set(`${name}\0${email}`, { name, email });
      }
      return [...known.values()];
    },

    async changesByFile(commit, days) {
      assertHash(commit);
      const at = (await local('log', '--max-count=1', '--format=%ct', commit)).trim();
      const log = await local(
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

    async checkout(commit, target) {
      assertHash(commit);
      const index = join(folder, `index.${randomUUID()}`);
      const git = gitIn(folder, { GIT_INDEX_FILE: index });
      try {
        await run(git, 'read-tree', commit);
        await run(git, `--work-tree=${target}`, 'checkout-index', '--all', '--force', `--prefix=${target}/`);
      } finally {
        await rm(index, { force: true });
      }
    },
  };
}

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

function readSignature(line: string): Signature[] {
  const [, name, email] = /^\s*([^<]*?)\s*<([^<>\s]+)>\s*$/.exec(line) ?? [];
  return name === undefined || email === undefined ? [] : [{ name, email }];
}

/** What Git may know of this machine: nothing of it, unless `extra` says so. GIT_* of our own surroundings is never handed on. */
function gitIn(folder: string, extra: Record<string, string>): SimpleGit {
  const environment: Record<string, string> = {
    PATH: process.env['PATH'] ?? '',
    HOME: process.env['HOME'] ?? folder,
    LC_ALL: 'C.UTF-8',
    GIT_DIR: folder,
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_CONFIG_GLOBAL: '/dev/null',
    GIT_TERMINAL_PROMPT: '0',
    GIT_ALLOW_PROTOCOL: 'file:https:ssh:git',
    GIT_SSH_COMMAND: 'ssh -oBatchMode=yes',
    ...extra,
  };
  return simpleGit({
    baseDir: folder,
    trimmed: false,
    allowEnvironment: Object.keys(environment).filter((name) => name.startsWith('GIT_')),
    config: ['core.hooksPath=/dev/null', 'core.fsmonitor=false', 'gc.auto=0'],
    unsafe: {
      allowUnsafeHooksPath: true,
      allowUnsafeFsMonitor: true,
      allowUnsafeProtocolOverride: true,
      allowUnsafeSshCommand: true,
      allowUnsafeConfigPaths: true,
      allowUnsafeTemplateDir: true,
    },
    timeout: { block: SILENCE_LIMIT_MS },
  }).env(environment);
}

/** Fetching may use the credentials that the worker's own user has set up: helper, proxy, ssh agent. */
function userConfiguration(): Record<string, string> {
  const home = process.env['HOME'];
  const agent = process.env['SSH_AUTH_SOCK'];
  return {
    ...(home === undefined ? {} : { GIT_CONFIG_GLOBAL: join(home, '.gitconfig') }),
    ...(agent === undefined ? {} : { SSH_AUTH_SOCK: agent }),
  };
}

function addressOf(location: SourceLocation): string {
  const { git, baseDir } = location;
  if (REMOTE.test(git) || SCP_LIKE.test(git)) return git;
  // `ext::`, an option, or a protocol that we do not speak
  if (git.startsWith('-') || /^[A-Za-z][A-Za-z0-9+.-]*:/.test(git)) {
    throw new GantryError('SOURCE_UNREADABLE', {
      source: withoutPassword(git),
      detail: 'its address is not one of https, ssh, git or file',
    });
  }
  return isAbsolute(git) ? git : resolve(baseDir, git);
}

const withoutPassword = (text: string): string => text.replaceAll(/:\/\/[^/@\s]*@/g, '://***@');

/** Whether it is all of a commit's hash, and no short form of it. */
export const isFullHash = (commit: string): boolean => FULL_HASH.test(commit);

function assertHash(commit: string): void {
  if (!FULL_HASH.test(commit)) throw new GantryError('COMMIT_UNKNOWN', { ref: commit });
}
