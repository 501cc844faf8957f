/**
 * How many starts of all windows and freezes together may be worked out for one question, counted over a year. Each takes a
 * fraction of a millisecond, in which a server answers nobody else: 50 windows on five days a week each are few enough, and 38 daily ones.
 */
export const mostStartsAYear = 14_000;

/** Reading a rule takes time as well, however seldom it comes round. */
const leastCost = 20;

const rounds: Record<string, number> = { DAILY: 366, WEEKLY: 53, MONTHLY: 12, YEARLY: 1 };
/** The days that a rule without further parts has in one round. */
const widest: Record<string, number> = { DAILY: 1, WEEKLY: 7, MONTHLY: 31, YEARLY: 366 };

/**
 * The most starts that a recurrence can have in a year, read off its text without expanding it; 0 for what is no recurrence,
 * which is refused at once anyway.
 */
export function startsAYear(rrule: string): number {
  const parts = new Map(
    rrule
      .replace(/^RRULE:/, '')
      .split(';')
      .map((part) => part.split('=', 2) as [string, string | undefined]),
  );
  const frequency = parts.get('FREQ') ?? '';
  const round = rounds[frequency];
  if (round === undefined) return 0;
  const interval = Math.max(1, Number(parts.get('INTERVAL') ?? 1) || 1);
  return Math.ceil((round * startsARound(parts, frequency)) / interval);
}

function startsARound(parts: ReadonlyMap<string, string | undefined>, frequency: string): number {
  const lengthOf = (name: string): number | undefined => parts.get(name)?.split(',').length;
  const days = lengthOf('BYDAY');
  const monthDays = lengthOf('BYMONTHDAY');
  const months = lengthOf('BYMONTH');
  const most = widest[frequency] ?? 1;
  if (frequency === 'DAILY') return 1;
  if (days === undefined && monthDays === undefined) return frequency === 'YEARLY' ? (months ?? 1) : 1;
  if (frequency === 'WEEKLY') return Math.min(most, days ?? 1);
  // A weekday comes five times a month at most, and 53 times a year.
  const aMonth = monthDays ?? (days ?? 0) * 5;
  return Math.min(most, frequency === 'MONTHLY' ? aMonth : aMonth * (months ?? 12));
}

/** What is wrong with so many rules at once; undefined where they are few enough. `rrules` is text as people sent it. */
export function tooCostly(rrules: readonly string[]): string | undefined {
  const starts = rrules.reduce((sum, rrule) => sum + Math.max(leastCost, startsAYear(rrule)), 0);
  if (starts <= mostStartsAYear) return undefined;
  return `these windows and freezes count as ${starts} starts a year together: ask about fewer at once, ${mostStartsAYear} starts at most`;
}
