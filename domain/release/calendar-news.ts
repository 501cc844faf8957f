import type { CalendarAnswer } from '../calendar/model.ts';

/** Every look moves an estimate by seconds; less than this changes nothing for anybody. */
const sameMs = 60_000;
/** A date that a person gave is kept to the quarter of an hour; what is only expected moves by less than an hour and is no news. */
const datedMs = 15 * 60_000;
const expectedMs = 60 * 60_000;

/** Whether a look at the calendar brought something new for a release: another verdict, or a time that moved by more than a minute. */
export function isCalendarNews(before: CalendarAnswer | undefined, after: CalendarAnswer): boolean {
  if (!before || hasMoved(before.predicted?.start, after.predicted?.start, sameMs)) return true;
  if (before.inFlight?.freezeId !== after.inFlight?.freezeId) return true;
  if (hasMoved(before.inFlight?.until, after.inFlight?.until, sameMs)) return true;
  if (before.despite.join() !== after.despite.join()) return true;
  if (before.verdicts.length !== after.verdicts.length) return true;
  return after.verdicts.some((row, index) => {
    const was = before.verdicts[index];
    return was?.gate !== row.gate || was.kind !== row.kind || hasMoved(untilOf(was), untilOf(row), sameMs);
  });
}

/**
 * Whether what holds a release back is another thing than before, although the kind of verdict and its times stay: of two
 * freezes without end one was lifted. A sentence names the rule it comes from, so another sentence is another rule.
 */
export function isHeldByAnother(before: CalendarAnswer | undefined, after: CalendarAnswer): boolean {
  const holdersOf = (answer: CalendarAnswer | undefined): string[] =>
    (answer?.verdicts ?? [])
      .filter(({ gate, kind }) => (gate === 'freeze' || gate === 'window') && kind !== 'allowed')
      .map(({ because }) => because);
  return holdersOf(before).join('\n') !== holdersOf(after).join('\n');
}

/**
 * Whether owners get a mail of an expected start: it moved by an hour, a quarter of one where a person named the date. A freeze
 * that has come to hold it is told in a mail of its own, which says the same.
 */
export function isDateNews(
  before: CalendarAnswer | undefined,
  after: CalendarAnswer,
  isDatedByPerson: boolean,
): boolean {
  const was = before?.predicted?.start;
  if (was === undefined || (!isFrozen(before) && isFrozen(after))) return false;
  return hasMoved(was, after.predicted?.start, isDatedByPerson ? datedMs : expectedMs);
}

const isFrozen = (answer: CalendarAnswer | undefined): boolean =>
  answer?.verdicts.some(({ gate, kind }) => gate === 'freeze' && kind !== 'allowed') ?? false;

const untilOf = (row: CalendarAnswer['verdicts'][number]): string | undefined =>
  row.kind === 'waiting' ? row.until : undefined;

const hasMoved = (before: string | undefined, after: string | undefined, atLeastMs: number): boolean =>
  before === undefined || after === undefined
    ? before !== after
    : Math.abs(Date.parse(after) - Date.parse(before)) >= atLeastMs;
