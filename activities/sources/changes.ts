import { CommitParser } from 'conventional-commits-parser';
import { changeList, type ParsedCommit } from '../../domain/release/changes.ts';
import type { Contributor } from '../../domain/release/exclusions.ts';
import type { Change } from '../../domain/release/release.ts';
import type { Intent } from '../../domain/release/state.ts';
import type { GitCommit, Mirror } from '../../platform/git/mirror.ts';

export interface ReadChangesInput {
  mirror: Mirror;
  /** What runs there now; absent for a first deployment, whose list is the whole history. */
  from?: string;
  to: string;
  mode: Intent;
  /** Commits that ran there before and were rolled back. */
  shippedBefore?: ReadonlySet<string>;
}

/** The change list from the real history, and who took part in it: one entry for each commit and role. */
export async function readChanges(
  input: ReadChangesInput,
): Promise<{ changes: Change[]; people: Contributor[] }> {
  const { mirror, from, to, mode, shippedBefore } = input;
  // a rollback lists what leaves: commits that run now and are not in the version gone back to
  const isBackwards = mode === 'rollback' && from !== undefined;
  const commits = isBackwards ? await mirror.readCommits(to, from) : await mirror.readCommits(from, to);
  return { changes: changeList(commits.map(parseCommit), mode, shippedBefore), people: peopleOf(commits) };
}

/** The usual parser does not know the `!` of a breaking change and allows few characters in a scope. */
const parser = new CommitParser({
  headerPattern: /^(\w+)(?:\(([^()]*)\))?!?: (.+)$/,
  headerCorrespondence: ['type', 'scope', 'subject'],
});

function parseCommit(commit: GitCommit): ParsedCommit {
  const parsed = parser.parse(commit.body === '' ? commit.subject : `${commit.subject}\n\n${commit.body}`);
  const reverts = parsed.revert;
  return {
    commit: commit.hash,
    author: commit.author.name,
    at: commit.at,
    header: commit.subject,
    type: parsed['type'] ?? null,
    scope: parsed['scope'] ?? null,
    subject: parsed['subject'] ?? null,
    notes: parsed.notes,
    ...(reverts ? { reverts: { commit: reverts['hash'] ?? null, header: reverts['header'] ?? null } } : {}),
    isMerge: commit.parents.length > 1,
  };
}

const peopleOf = (commits: readonly GitCommit[]): Contributor[] =>
  commits.flatMap(({ author, coAuthors, committer }): Contributor[] => [
    ...[author, ...coAuthors].map((person) => ({ ...person, as: 'author' as const })),
    { ...committer, as: 'committer' },
  ]);
