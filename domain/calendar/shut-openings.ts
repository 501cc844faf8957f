import { firstAfter, holdingAt, type Interval } from './intervals.ts';
import type { CalendarRule } from './model.ts';
import type { OpenFacts } from './open.ts';

/** Openings that one freeze takes away whole: what would be open from `start` on, and how many more of them. Epoch milliseconds. */
export interface ShutOpening {
  start: number;
  /** When the freeze ends; Infinity where it has no end. */
  end: number;
  rule: CalendarRule;
  /** Windows after the first one that it takes away as well. */
  more: number;
}

/**
 * What would be open in `[from, to)` and is not, for a freeze lies over all of it: by freeze, in the order of their starts. A
 * window that a freeze shortens is an opening still, and is not among them.
 */
export function shutOpenings(facts: OpenFacts, from: number, to: number): ShutOpening[] {
  const openings = facts.windows ?? stretchesFrom(facts.shut, from);
  const found: ShutOpening[] = [];
  for (const opening of openings) {
    if (opening.end <= from || opening.start >= to) continue;
    const start = Math.max(opening.start, from);
    const shut = holdingAt(facts.shut, start);
    if (!shut || shut.end < opening.end) continue;
    const over = closingAt(facts, start);
    if (!over) continue;
    const known = found.find((one) => one.rule === over.rule && one.end === over.end);
    if (known) known.more += 1;
    else found.push({ start, end: over.end, rule: over.rule, more: 0 });
  }
  return found;
}

/** Without windows every time is an opening, so each stretch that is shut is one that is taken away. */
const stretchesFrom = (shut: readonly Interval[], from: number): Interval[] =>
  shut.filter(({ end }) => end > from);

/** The freeze that holds at an instant; of several the one that holds longest. */
export function closingAt(facts: OpenFacts, ms: number): { rule: CalendarRule; end: number } | undefined {
  return facts.closings
    .flatMap(({ rule, intervals }) => {
      const holding = intervals.find(({ start, end }) => start <= ms && ms < end);
      return holding ? [{ rule, end: holding.end }] : [];
    })
    .sort((a, b) => b.end - a.end)[0];
}

/** What shuts an opening at its end: the freeze that begins then, else the window that ends. */
export function shutterAt(facts: OpenFacts, end: number): CalendarRule | undefined {
  const freeze = closingAt(facts, end)?.rule;
  if (freeze !== undefined || facts.windowRules.length !== 1) return freeze;
  const last = firstAfter(facts.windows ?? [], end - 1);
  return last?.start === end ? undefined : facts.windowRules[0];
}
