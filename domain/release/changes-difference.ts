import type { PlanDifference } from './plan-difference.ts';
import type { Change } from './release.ts';
import { changeInWords } from './stage-words.ts';

/** Changes as people were shown them when they were asked. */
export interface AskedChanges {
  count: number;
  /** All of them, or the first ones where there are fewer here than `count` says. */
  list: readonly Change[];
}

const changesShown = 5;

/**
 * How many changes there are, which of them were not listed before, and which of those that were listed are gone. A list that was cut
 * says nothing about what it lacks: what is not in it may have been left out.
 */
export function changesDifference(
  before: AskedChanges | undefined,
  after: AskedChanges | undefined,
): PlanDifference[] {
  if (!before || !after) return [];
  const fresh = lacking(before, after);
  const gone = lacking(after, before);
  if (fresh.length === 0 && gone.length === 0 && before.count === after.count) return [];
  return [
    {
      part: 'Changes',
      before: String(before.count),
      after: [String(after.count), ...listed('new', fresh), ...listed('no more', gone)].join('; '),
    },
  ];
}

/** Changes of the second list that the first, being whole, does not have. */
function lacking(whole: AskedChanges, other: AskedChanges): Change[] {
  if (whole.list.length < whole.count) return [];
  const known = new Set(whole.list.map(({ commit }) => commit));
  return other.list.filter(({ commit }) => !known.has(commit));
}

function listed(what: string, changes: readonly Change[]): string[] {
  if (changes.length === 0) return [];
  const left = changes.length - changesShown;
  const shown = changes.slice(0, changesShown).map(changeInWords).join('; ');
  return [`${what}: ${shown}${left > 0 ? ` and ${left} more` : ''}`];
}
