import { listOf } from '../list-of.ts';
import { asId, type NameOf } from '../release/names.ts';
import type { CalendarOverride } from './model.ts';

/** Overrides that a team may give in {@link overrideBudgetDays} days before a second person is asked (semantics §1.5). */
const overrideBudgetSize = 2;
const overrideBudgetDays = 30;

const day = 86_400_000;

export interface OverrideBudget {
  /** Given in the last 30 days; one that was revoked or became void was given all the same. */
  spent: number;
  size: number;
  left: number;
  /** The next one counts only when a second person has agreed. */
  needsSecond: boolean;
  /** When the next one that counts now is 30 days old and counts no more; absent where none counts. */
  nextFreeAt?: string;
  because: string;
}

/** The instant from which overrides count at `now`: 30 days before it. */
export const budgetSince = (now: string): string =>
  new Date(Date.parse(now) - overrideBudgetDays * day).toISOString();

/** Whose budget an override is taken from: the team's, and where somebody has none, their own. */
export const budgetOf = (person: { id: string; team?: string | undefined }): string =>
  person.team ?? `person:${person.id}`;

const budgetName = (budget: string, nameOf: NameOf): string =>
  budget.startsWith('person:') ? nameOf(budget.slice('person:'.length)) : `Team ${budget}`;

/** What is left of a budget at `now`. `given`: the overrides taken from it; those older than 30 days count no more. */
export function overrideBudget(o: {
  /** As {@link budgetOf} names it. */
  team: string;
  given: readonly (Pick<CalendarOverride, 'releaseId' | 'freezeId'> & { givenAt: string })[];
  now: string;
  /** How people are called; left out: by their ids. */
  nameOf?: NameOf;
}): OverrideBudget {
  const since = Date.parse(budgetSince(o.now));
  const counted = o.given
    // One that was committed first counts, also where its own clock was a little ahead of this request's.
    .filter(({ givenAt }) => Date.parse(givenAt) > since)
    .sort((a, b) => Date.parse(a.givenAt) - Date.parse(b.givenAt));
  const spent = counted.length;
  const left = Math.max(0, overrideBudgetSize - spent);
  // The budget opens again when so few are left that one fits: with three given, the second must have grown old.
  const freeing = counted[Math.max(0, spent - overrideBudgetSize)];
  const freezes = [...new Set(counted.map(({ freezeId }) => freezeId))];
  const of = spent === 0 ? '' : `, of ${listOf(freezes, 'and')}`;
  const who = budgetName(o.team, o.nameOf ?? asId);
  return {
    spent,
    size: overrideBudgetSize,
    left,
    needsSecond: left === 0,
    ...(freeing
      ? { nextFreeAt: new Date(Date.parse(freeing.givenAt) + overrideBudgetDays * day).toISOString() }
      : {}),
    because:
      left === 0
        ? `${who} gave ${spent} overrides in ${overrideBudgetDays} days${of}: one more needs the agreement of a release manager.`
        : `${who} gave ${spent} of ${overrideBudgetSize} overrides in ${overrideBudgetDays} days${of}.`,
  };
}
