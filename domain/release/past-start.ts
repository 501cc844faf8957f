import { instantText } from '../instant-text.ts';
import type { Schedule } from '../calendar/model.ts';

/** Clocks differ: a start that was asked for this long ago is meant as now. */
const skewMs = 60_000;

/** What of a schedule lies behind `now`; a release that is given it would expire at once, for good (semantics §1.5, "Scheduled start"). */
export function pastStart(
  { at, startBy }: Schedule,
  now: string,
): { field: 'at' | 'startBy'; because: string } | undefined {
  const nowMs = Date.parse(now);
  const clock = `it is ${instantText(now)}`;
  if (startBy !== undefined && Date.parse(startBy) <= nowMs)
    return { field: 'startBy', because: `the latest start, ${instantText(startBy)}, has passed: ${clock}` };
  if (at !== undefined && Date.parse(at) < nowMs - skewMs)
    return { field: 'at', because: `${instantText(at)} has passed: ${clock}` };
  return undefined;
}
