/** Numbers and words of a wall clock, with the zone's short name where English has one (`CET`), else its offset (`GMT+5:30`). */
export interface WallClock {
  weekday: string;
  day: string;
  month: string;
  year: string;
  hour: string;
  minute: string;
  timeZoneName: string;
}

const formats = new Map<string, Intl.DateTimeFormat>();

/** What a wall clock in that zone shows at an instant in epoch milliseconds. */
export function wallClock(ms: number, zone: string): WallClock {
  let format = formats.get(zone);
  if (!format) {
    // British English names European zones by letters; American English would write GMT+1.
    format = new Intl.DateTimeFormat('en-GB', {
      timeZone: zone,
      weekday: 'short',
      day: 'numeric',
      month: 'short',
      year: 'numeric',
      hour: '2-digit',
      minute: '2-digit',
      hourCycle: 'h23',
      timeZoneName: 'short',
    });
    formats.set(zone, format);
  }
  const found = { weekday: '', day: '', month: '', year: '', hour: '', minute: '', timeZoneName: '' };
  for (const { type, value } of format.formatToParts(ms))
    if (type in found) found[type as keyof WallClock] = value;
  // English has `Sept`, which all other sentences write `Sep`.
  return { ...found, month: found.month.slice(0, 3) };
}
