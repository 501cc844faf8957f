/** One thing in the calendar: instants, `[start, end)`; `end` is left out where none is known. */
export interface CalendarEntry {
  /** Stable for as long as the thing is the same one. */
  uid: string;
  kind: 'window' | 'freeze' | 'reservation' | 'release' | 'milestone' | 'train';
  start: string;
  end?: string;
  title: string;
  detail?: string;
  owner?: string;
  state: 'planned' | 'running' | 'ended' | 'cancelled';
  environment?: string;
  services: string[];
  /** Path of its page, where it has one. */
  link?: string;
  /** What a clock change makes of it. */
  marks: string[];
  /** Rises with every change of it. */
  revision: number;
}

/** Titles of what stands in the way of an entry: a release in a freeze, or two reservations at once. */
export function collisionsOf(entry: CalendarEntry, all: readonly CalendarEntry[]): string[] {
  if (entry.kind !== 'release' && entry.kind !== 'reservation') return [];
  if (entry.state === 'ended' || entry.state === 'cancelled') return [];
  return all
    .filter((other) => other.uid !== entry.uid && isInTheWay(entry, other) && meets(entry, other))
    .map(({ title }) => title);
}

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

const endOf = ({ start, end }: CalendarEntry): number =>
  end === undefined ? Infinity : Math.max(Date.parse(end), Date.parse(start) + 1);
