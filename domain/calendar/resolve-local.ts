import { Temporal as Tc39 } from 'temporal-polyfill';
import type { OccurrenceMark } from './model.ts';

/** A local date-time as rules write it: no offset, no zone. */
export const localPattern = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(?::\d{2})?$/;

/** What a local time stands for: a start, or the end of a window (`allow`) or of a freeze (`deny`). */
export type LocalRole = 'start' | 'endOfWindow' | 'endOfFreeze';

/** Epoch milliseconds of a local time, and what a clock change made of it. */
export interface Resolved {
  ms: number;
  mark?: Exclude<OccurrenceMark, 'vanished'>;
}

/**
 * A local time as an instant (semantics §1.1). In a gap the offset before it holds, so the time is later by the gap and marked
 * `shifted`; in an overlap it is the first of the two and marked `repeated`, but the second for the end of a freeze, which
 * is the cautious one. Throws on what is no local date-time or zone.
 */
export function resolveLocal(local: string, zone: string, role: LocalRole = 'start'): Resolved {
  if (!localPattern.test(local)) throw new RangeError(`"${local}" is not a local date-time`);
  const plain = Tc39.PlainDateTime.from(local);
  const first = plain.toZonedDateTime(zone, { disambiguation: 'compatible' });
  if (!first.toPlainDateTime().equals(plain)) return { ms: first.epochMilliseconds, mark: 'shifted' };
  const second = plain.toZonedDateTime(zone, { disambiguation: 'later' });
  if (second.epochMilliseconds === first.epochMilliseconds) return { ms: first.epochMilliseconds };
  return { ms: (role === 'endOfFreeze' ? second : first).epochMilliseconds, mark: 'repeated' };
}

/** The wall clock of an instant in a zone: `2026-03-29T03:30:00`. */
export function localOf(ms: number, zone: string): string {
  return Tc39.Instant.fromEpochMilliseconds(ms)
    .toZonedDateTimeISO(zone)
    .toPlainDateTime()
    .toString({ smallestUnit: 'second' });
}

/** The local time `days` calendar days later: the clock time stays. */
export const addDays = (local: string, days: number): string =>
  Tc39.PlainDateTime.from(local).add({ days }).toString({ smallestUnit: 'second' });

/** The day of a local date-time at another clock time (`HH:MM`). */
export const atClock = (local: string, clock: string): string => `${local.slice(0, 10)}T${clock}:00`;

/** An instant as text, to the millisecond only where it has any: `2026-03-29T01:00:00Z`. */
export const instantOf = (ms: number): string => new Date(ms).toISOString();
