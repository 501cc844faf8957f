const formats = new Map<string, Intl.DateTimeFormat>();

/** Numbers of the wall clock in a zone, with the zone's short name where English has one (`CET`), else its offset (`GMT+5:30`). */
function partsOf(ms: number, zone: string): Record<string, string> {
  let format = formats.get(zone);
  if (!format) {
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
  return Object.fromEntries(format.formatToParts(ms).map(({ type, value }) => [type, value]));
}

/** `Mon 26 Oct 22:00 CET (21:00Z)`; the year only where it is another than that of `now`. In UTC: `Mon 26 Oct 21:00 UTC`. */
export function instantWords(instant: string, zone: string, now: string): string {
  const ms = Date.parse(instant);
  const at = partsOf(ms, zone);
  const year = at['year'] === partsOf(Date.parse(now), zone)['year'] ? '' : ` ${at['year'] ?? ''}`;
  const words = `${at['weekday'] ?? ''} ${(at['day'] ?? '').replace(/^0/, '')} ${(at['month'] ?? '').slice(0, 3)}${year} ${at['hour'] ?? ''}:${at['minute'] ?? ''}`;
  if (zone === 'UTC') return `${words} UTC`;
  return `${words} ${at['timeZoneName'] ?? ''} (${new Date(ms).toISOString().slice(11, 16)}Z)`;
}
