import { execFile } from 'node:child_process';
import { cp, mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import type { Commit, Edit } from './commit.ts';

const run = promisify(execFile);

/**
 * Makes a real Git repository in `folder` out of the sources of a service and its commits. The same input gives the same commit
 * ids: authors and dates are part of the history, and no configuration of the machine is read.
 */
export async function buildHistory(o: {
  /** Folders whose files are laid over each other. */
  sources: readonly string[];
  commits: readonly Commit[];
  folder: string;
}): Promise<void> {
  await mkdir(o.folder, { recursive: true });
  for (const source of o.sources) await cp(source, o.folder, { recursive: true });
  await git(o.folder, ['init', '--quiet', '--initial-branch=main']);
  for (const commit of o.commits) {
    for (const edit of commit.edits) await applyEdit(o.folder, edit);
    await git(o.folder, ['add', '--all']);
    await git(o.folder, ['commit', '--quiet', '--no-verify', '--message', commit.message], identity(commit));
    if (commit.tag !== undefined) await git(o.folder, ['tag', commit.tag]);
  }
}

async function applyEdit(folder: string, edit: Edit): Promise<void> {
  const path = join(folder, edit.file);
  if ('text' in edit) {
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, edit.text);
    return;
  }
  const before = await readFile(path, 'utf8');
  if (before.split(edit.from).length !== 2)
    throw new Error(`${edit.file} does not hold exactly once: ${edit.from}`);
  await writeFile(
    path,
    before.replace(edit.from, () => edit.to),
  );
}

function identity({ author, at }: Commit): Record<string, string> {
  const [, name = '', email = ''] = /^(.*) <(.*)>$/.exec(author) ?? [];
  return {
    GIT_AUTHOR_NAME: name,
    GIT_AUTHOR_EMAIL: email,
    GIT_AUTHOR_DATE: at,
    GIT_COMMITTER_NAME: name,
    GIT_COMMITTER_EMAIL: email,
    GIT_COMMITTER_DATE: at,
  };
}

async function git(folder: string, args: string[], env: Record<string, string> = {}): Promise<void> {
  await run('git', args, {
    cwd: folder,
    env: {
      PATH: process.env['PATH'],
      HOME: folder,
      GIT_CONFIG_NOSYSTEM: '1',
      GIT_CONFIG_GLOBAL: '/dev/null',
      ...env,
    },
  });
}
