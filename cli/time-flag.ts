import { parseDuration } from '../domain/policy/duration.ts';
import { resolveLocal } from '../domain/calendar/resolve-local.ts';
import { isZone, zoneMeant } from '../domain/policy/zone.ts';
import { usageProblem } from './problem.ts';
import { machineZone } from './shown-time.ts';

/** The zone of `--zone`, as it is. @throws CliProblem USAGE where nobody knows such a zone */
export function zoneFlag(zone: string): string {
  if (isZone(zone)) return zone;
  const meant = zoneMeant(zone);
  throw usageProblem(
    `"${zone}" is not a time zone.${meant === undefined ? '' : ` Did you mean ${meant}?`}`,
    'Write an IANA name such as --zone Europe/Berlin, or UTC; offsets and abbreviations know no clock change.',
  );
}

/**
 * An instant of the command line, in UTC: RFC 3339, a local time such as `2026-12-01T17:00` in `zone`, or `+2h` from `now`.
 * @throws CliProblem USAGE
 */
export function instantFlag(text: string, o: { now: number; zone?: string | undefined }): string {
  const later = text.startsWith('+') ? parseDuration(text.slice(1)) : undefined;
  if (later !== undefined) return new Date(o.now + later).toISOString();
  if (/^\d{4}-\d{2}-\d{2}T.*(?:Z|[+-]\d{2}:\d{2})$/.test(text) && !Number.isNaN(Date.parse(text)))
    return new Date(text).toISOString();
  try {
    return new Date(resolveLocal(text, o.zone ?? machineZone()).ms).toISOString();
  } catch {
    throw usageProblem(
      `"${text}" is not a time.`,
      'Write 2026-12-01T17:00 (with --zone Europe/Berlin), 2026-12-01T16:00:00Z, or +2h.',
    );
  }
}
