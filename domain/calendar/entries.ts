import type { OccurrenceMark } from './model.ts';

/**
 * One thing in the calendar: instants, `[start, end)`; `end` is left out where none is known. What runs ends when it is
 * expected to, at the earliest now.
 */
export interface CalendarEntry {
  /** Stable for as long as the thing is the same one. */
  uid: string;
  kind: 'window' | 'freeze' | 'reservation' | 'release' | 'milestone' | 'train';
  start: string;
  end?: string;
  title: string;
  detail?: string;
  /** When `detail` was written, where it is a sentence of the record: its times can be told by another clock. Else people wrote it. */
  detailAt?: string;
  owner?: string;
  state: 'planned' | 'running' | 'ended' | 'cancelled';
  environment?: string;
  /** What a freeze or window is about, in words: `shop in production`, `everything`. */
  about?: string;
  services: string[];
  /** Id of the rule that a freeze or a window is one time of. */
  rule?: string;
  /** Ids of the freezes that a release, or what is reserved for it, passes by an override that counts when it starts. */
  overrides?: string[];
  /** Path of its page, where it has one. */
  link?: string;
  /** What a clock change makes of it. */
  marks: OccurrenceMark[];
  /** Rises with every change of it. */
  revision: number;
}

/** Titles of what stands in the way of an entry: a release in a freeze that it has no override of, or two reservations at once. */
export const collisionsOf = (entry: CalendarEntry, all: readonly CalendarEntry[]): string[] =>
  metBy(entry, all)
    .filter((other) => !isOverridden(entry, other))
    .map(({ title }) => title);

/** Titles of the freezes that an entry would collide with, did it not pass them by override. */
export const overriddenBy = (entry: CalendarEntry, all: readonly CalendarEntry[]): string[] =>
  metBy(entry, all)
    .filter((other) => isOverridden(entry, other))
    .map(({ title }) => title);

function metBy(entry: CalendarEntry, all: readonly CalendarEntry[]): CalendarEntry[] {
  if (entry.kind !== 'release' && entry.kind !== 'reservation') return [];
  if (entry.state === 'ended' || entry.state === 'cancelled') return [];
  return all.filter((other) => other.uid !== entry.uid && isInTheWay(entry, other) && meets(entry, other));
}

const isOverridden = ({ overrides = [] }: CalendarEntry, { kind, rule }: CalendarEntry): boolean =>
  kind === 'freeze' && rule !== undefined && overrides.includes(rule);

const isInTheWay = (entry: CalendarEntry, other: CalendarEntry): boolean => {
  const isSamePlace = other.environment === undefined || other.environment === entry.environment;
  const isSameService =
    other.services.length === 0 ||
    entry.services.length === 0 ||
    other.services.some((service) => entry.services.includes(service));
  if (other.kind !== 'freeze' && other.kind !== 'reservation') return false;
  // A release has its own reservation, which is no collision.
  const isOwn = entry.link !== undefined && entry.link === other.link;
  return isSamePlace && isSameService && !isOwn;
};

const meets = (a: CalendarEntry, b: CalendarEntry): boolean =>
  Date.parse(a.start) < endOf(b) && Date.parse(b.start) < endOf(a);

/** Kinds that go on where no end is known: they shut, open or hold a place. Everything else is a moment then. */
const lasting: readonly CalendarEntry['kind'][] = ['freeze', 'window', 'reservation'];

/** Whether an entry is a moment: it stands on its day alone, and has no end to tell. */
export const isMoment = ({ kind, end }: Pick<CalendarEntry, 'kind' | 'end'>): boolean =>
  end === undefined && !lasting.includes(kind);

/** The millisecond at which an entry is over; `Infinity` for what goes on without a known end. */
export function endOf({ kind, start, end }: Pick<CalendarEntry, 'kind' | 'start' | 'end'>): number {
  if (end === undefined && lasting.includes(kind)) return Infinity;
  return Math.max(end === undefined ? 0 : Date.parse(end), Date.parse(start) + 1);
}
