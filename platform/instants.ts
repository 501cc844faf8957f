/** `Thu 26 Nov 2026, 17:00 CET (16:00 UTC)`: an instant in the reader's zone, and in UTC where that differs. */
export function showInstant(at: string, zone: string): string {
  const local = parts(at, zone);
  const shown = `${local.weekday} ${local.day} ${local.month} ${local.year}, ${local.hour}:${local.minute} ${local.timeZoneName}`;
  if (zone === 'UTC') return shown;
  const utc = parts(at, 'UTC');
  const otherDay = utc.day === local.day ? '' : `${utc.weekday} `;
  return `${shown} (${otherDay}${utc.hour}:${utc.minute} UTC)`;
}

/** `Thu 17:00 CET`: for subjects and headlines, where the week is understood. */
export function showShort(at: string, zone: string): string {
  const local = parts(at, zone);
  return `${local.weekday} ${local.hour}:${local.minute} ${local.timeZoneName}`;
}

/** `Thu 26 Nov 17:00 CET`: within sentences, where the year is understood. */
export function showDayAndClock(at: string, zone: string): string {
  const local = parts(at, zone);
  return `${local.weekday} ${local.day} ${local.month} ${local.hour}:${local.minute} ${local.timeZoneName}`;
}

/** `17:00 CET`: for things of the same day. */
export function showClock(at: string, zone: string): string {
  const local = parts(at, zone);
  return `${local.hour}:${local.minute} ${local.timeZoneName}`;
}

/** `17:00:05`: for rows of one series, under a heading that tells day and zone. */
export function showSecond(at: string, zone: string): string {
  const { hour, minute } = parts(at, zone);
  return `${hour}:${minute}:${at.slice(17, 19)}`;
}

interface Parts {
  weekday: string;
  day: string;
  month: string;
  year: string;
  hour: string;
  minute: string;
  timeZoneName: string;
}

const formats = new Map<string, Intl.DateTimeFormat>();

function parts(at: string, zone: string): Parts {
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
  const found: Parts = { weekday: '', day: '', month: '', year: '', hour: '', minute: '', timeZoneName: '' };
  for (const { type, value } of format.formatToParts(new Date(at)))
    if (type in found) found[type as keyof Parts] = value;
  return found;
}
