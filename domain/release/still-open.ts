import type { CalendarAnswer } from '../calendar/model.ts';

/**
 * Whether what the calendar said still holds: nobody has changed the calendar since, and none of the instants at which it may
 * say something else has come. Where that is so, nobody needs to be asked. `revision` is absent where nobody could tell it.
 */
export function isStillSo(
  answer: CalendarAnswer,
  { revision, now }: { revision?: number | undefined; now: string },
): boolean {
  if (answer.revision !== revision) return false;
  const { nextLook, closesAt, freezesAt, overridesEndAt, inFlight } = answer;
  return [nextLook, closesAt, freezesAt, overridesEndAt, inFlight?.until].every(
    (turn) => turn === undefined || Date.parse(turn) > Date.parse(now),
  );
}
