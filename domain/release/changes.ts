import type { Change } from './release.ts';
import type { Intent } from './state.ts';

/** A commit with its message already taken apart as a Conventional Commit; absent parts are null or left out. */
export interface ParsedCommit {
  commit: string;
  author: string;
  at: string;
  /** First line of the message. */
  header: string;
  type?: string | null;
  scope?: string | null;
  subject?: string | null;
  /** Footers such as BREAKING CHANGE. */
  notes: readonly { title: string; text: string }[];
  /** What it takes back: the commit (perhaps shortened), or the first line of its message. */
  reverts?: { commit?: string | null; header?: string | null };
  isMerge: boolean;
}

const kinds = new Map<string, Change['kind']>([
  ['security', 'security'],
  ['sec', 'security'],
  ['feat', 'feature'],
  ['feature', 'feature'],
  ['fix', 'fix'],
  ['bugfix', 'fix'],
  ['hotfix', 'fix'],
  ['perf', 'performance'],
  ['ops', 'operations'],
  ['ci', 'operations'],
  ['build', 'operations'],
  ['deploy', 'operations'],
  ['infra', 'operations'],
]);

const order: readonly Change['kind'][] = [
  'breaking',
  'security',
  'feature',
  'fix',
  'performance',
  'operations',
  'other',
];

/** The most telling changes first: breaking, security, features, fixes. */
export const byImportance = (changes: readonly Change[]): Change[] =>
  [...changes].sort((a, b) => order.indexOf(a.kind) - order.indexOf(b.kind));

/** One line of the change list from one commit. What its message does not say is never guessed: such a change is `other`. */
export function changeOf(parsed: ParsedCommit): Change {
  const { commit, author, at, scope, subject, header } = parsed;
  return {
    commit,
    kind: kindOf(parsed),
    ...(scope ? { scope } : {}),
    title: subject?.trim() ? subject.trim() : header.trim(),
    author,
    at,
  };
}

/**
 * The change list of a release (semantics §11): no entry for a merge without a change of its own, none for a change and its revert,
 * breaking ones first, newer before older within a kind. A rollback lists what leaves, a redeploy nothing.
 * @param commits newest first, as Git lists them
 * @param shippedBefore commits that ran there and were rolled back: they return
 */
export function changeList(
  commits: readonly ParsedCommit[],
  mode: Intent,
  shippedBefore: ReadonlySet<string> = new Set(),
): Change[] {
  if (mode === 'redeploy') return [];
  const own = withoutReverted(commits).filter((commit) => !isPlainMerge(commit));
  const changes = own.map((commit): Change => {
    const change = changeOf(commit);
    if (mode === 'rollback') return { ...change, mark: 'removed' };
    return shippedBefore.has(commit.commit) ? { ...change, mark: 'returns' } : change;
  });
  return byImportance(changes);
}

/** A revert and what it reverts leave together; a revert of that revert brings the change back and leaves too. */
function withoutReverted(commits: readonly ParsedCommit[]): ParsedCommit[] {
  const gone = new Set<ParsedCommit>();
  const targets = new Map<ParsedCommit, ParsedCommit>();
  const older: ParsedCommit[] = [];
  for (const commit of [...commits].reverse()) {
    const target = older.findLast((candidate) => isRevertOf(commit, candidate));
    older.push(commit);
    if (!target) continue;
    targets.set(commit, target);
    gone.add(commit);
    for (let undone: ParsedCommit | undefined = target; undone; undone = targets.get(undone)) {
      // Only what is no revert itself has a change to lose or to bring back.
      if (targets.has(undone)) continue;
      if (!gone.delete(undone)) gone.add(undone);
    }
  }
  return commits.filter((commit) => !gone.has(commit));
}

function isRevertOf(commit: ParsedCommit, candidate: ParsedCommit): boolean {
  const { reverts } = commit;
  if (!reverts) return false;
  if (reverts.commit) return reverts.commit.length >= 7 && candidate.commit.startsWith(reverts.commit);
  return Boolean(reverts.header) && candidate.header.trim() === reverts.header?.trim();
}

function kindOf({ type, scope, header, notes }: ParsedCommit): Change['kind'] {
  const isBreaking =
    notes.some(({ title }) => /^BREAKING[ -]CHANGE$/i.test(title)) || /^\w+(\([^)]*\))?!:/.test(header);
  if (isBreaking) return 'breaking';
  if (scope?.toLowerCase() === 'security') return 'security';
  return kinds.get(type?.toLowerCase() ?? '') ?? 'other';
}

const isPlainMerge = (commit: ParsedCommit): boolean => commit.isMerge && !commit.type;
