import { parseDuration } from '../domain/policy/duration.ts';
import { resolveLocal } from '../domain/calendar/resolve-local.ts';
import { isZone, zoneMeant } from '../domain/policy/zone.ts';
import type { Client } from './client.ts';
import { usageProblem } from './problem.ts';

/** The zone of `--zone`, as it is. @throws CliProblem USAGE where nobody knows such a zone */
export function zoneFlag(zone: string): string {
  if (isZone(zone)) return zone;
  const meant = zoneMeant(zone);
  throw usageProblem(
    `"${zone}" is not a time zone.${meant === undefined ? '' : ` Did you mean ${meant}?`}`,
    'Write an IANA name such as --zone Europe/Berlin, or UTC; offsets and abbreviations know no clock change.',
  );
}

/** What a time of the command line stands for: an instant in UTC, or a local time that needs a zone. */
export type TimeFlag = { instant: string } | { local: string };

/**
 * A time of the command line: RFC 3339, `+2h` from `now` (epoch ms), or a local time such as `2026-12-01T17:00`.
 * @throws CliProblem USAGE
 */
export function readTimeFlag(text: string, now: number): TimeFlag {
  const later = text.startsWith('+') ? parseDuration(text.slice(1)) : undefined;
  if (later !== undefined) return { instant: new Date(now + later).toISOString() };
  if (/^\d{4}-\d{2}-\d{2}T.*(?:Z|[+-]\d{2}:\d{2})$/.test(text) && !Number.isNaN(Date.parse(text)))
    return { instant: new Date(text).toISOString() };
  try {
    resolveLocal(text, 'UTC');
  } catch {
    throw usageProblem(
      `"${text}" is not a time.`,
      'Write 2026-12-01T17:00 (with --zone Europe/Berlin), 2026-12-01T16:00:00Z, or +2h.',
    );
  }
  return { local: text };
}

/**
 * The zone that local times are meant in: `--zone`, else that of the person who asks, else the organisation's, which only the
 * server knows. Never that of this machine: it may stand anywhere (docs/guides/times.md).
 * @throws CliProblem USAGE where the server does not say it
 */
export async function zoneMeantFor(client: () => Client, zone: string | undefined): Promise<string> {
  if (zone !== undefined) return zone;
  const me = (await client().get('/v1/me')) as { zone?: string };
  if (me.zone !== undefined && isZone(me.zone)) return me.zone;
  throw usageProblem(
    'This server is older than this program and does not say in which zone you are.',
    'Name it with --zone Europe/Berlin, or write an instant such as 2026-12-01T16:00:00Z.',
  );
}

/** An instant of the command line, in UTC. The server is asked only where a local time needs its zone. @throws CliProblem USAGE */
export async function instantFlag(
  text: string,
  o: { now: number; zone: () => Promise<string> },
): Promise<string> {
  const read = readTimeFlag(text, o.now);
  if ('instant' in read) return read.instant;
  return new Date(resolveLocal(read.local, await o.zone()).ms).toISOString();
}
