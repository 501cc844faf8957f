import { workDays } from './quiet-hours.ts';
import { addDays, atClock, instantOf, localOf, resolveLocal } from './resolve-local.ts';

/** Hours in which people work, Monday to Friday, in the zone of the organisation. */
const [workFrom, workTo] = ['09:00', '17:00'];

/** How time is counted: every hour, or those in which people work. */
export type Clock = 'elapsed' | 'working';

/** The instant that much time after another, by the given clock (semantics §9, K5). Milliseconds, not negative. */
export function later(from: string, ms: number, clock: Clock, zone: string): string {
  if (clock === 'elapsed') return instantOf(Date.parse(from) + ms);
  let left = ms;
  for (let day = localOf(Date.parse(from), zone); ; day = addDays(day, 1)) {
    if (workDays(day, [0]).length === 0) continue;
    const start = Math.max(resolveLocal(atClock(day, workFrom), zone).ms, Date.parse(from));
    const end = resolveLocal(atClock(day, workTo), zone).ms;
    const today = Math.max(0, end - start);
    if (left <= today && today > 0) return instantOf(start + left);
    left -= today;
  }
}
