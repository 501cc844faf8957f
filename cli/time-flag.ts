import { parseDuration } from '../domain/policy/duration.ts';
import { resolveLocal } from '../domain/calendar/resolve-local.ts';
import { usageProblem } from './problem.ts';

/** The zone in which this machine reads its clock. */
export const machineZone = (): string => new Intl.DateTimeFormat().resolvedOptions().timeZone;

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
