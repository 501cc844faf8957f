import { nearest } from './problem.ts';

/** Whether this is an IANA name such as Europe/Berlin, or UTC. Offsets and abbreviations are none: they know no clock change. */
export function isZone(name: string): boolean {
  if (name !== 'UTC' && !/^[A-Z][A-Za-z_]+(\/[A-Za-z0-9_+-]+)+$/.test(name)) return false;
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return true;
  } catch {
    return false;
  }
}

/** The zone that a wrong name may have meant: one of nearly the same name, or that of the city alone (`berlin`). */
export function zoneMeant(name: string): string | undefined {
  const zones = Intl.supportedValuesOf('timeZone').filter((zone) => zone.includes('/'));
  const cities = new Map(zones.map((zone) => [zone.slice(zone.lastIndexOf('/') + 1), zone]));
  const city = nearest(name.slice(name.lastIndexOf('/') + 1).replaceAll(' ', '_'), cities.keys());
  return nearest(name, [...zones, 'UTC']) ?? (city === undefined ? undefined : cities.get(city));
}
