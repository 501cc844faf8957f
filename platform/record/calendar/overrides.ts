import type { Selectable } from 'kysely';
import type { CalendarOverride } from '../../../domain/calendar/model.ts';
import { releaseTitle } from '../../../domain/release/release.ts';
import type { Db } from '../../database/open.ts';
import type { Database } from '../../database/schema.ts';

/** An override with its story. `state` is as of the instant it was asked for. */
export interface OverrideRecord extends CalendarOverride {
  givenAt: string;
  /** Team whose budget it is taken from. */
  team?: string;
  /**
   * `unseconded`: beyond the budget, and no release manager has agreed yet; it opens nothing. `releaseEnded`: its release ended
   * while it stood, so it lets nothing pass any more.
   */
  state: 'live' | 'unseconded' | 'expired' | 'revoked' | 'voided' | 'releaseEnded';
  seconded?: { by: string; at: string };
  revoked?: { by: string; at: string; reason: string };
  voided?: { at: string; because: string };
}

/** Overrides that count at this instant, oldest first; of one release where it is named. */
export const liveOverrides = async (
  db: Db,
  o: { now: string; releaseId?: string; environment?: string },
): Promise<OverrideRecord[]> => (await standingOverrides(db, o)).filter(({ state }) => state === 'live');

/** Overrides that count at this instant, and those that wait for a second person; oldest first. */
export async function standingOverrides(
  db: Db,
  o: { now: string; releaseId?: string; environment?: string },
): Promise<OverrideRecord[]> {
  let query = storedOverrides(db)
    .where('revoked_at', 'is', null)
    .where('voided_at', 'is', null)
    .where('expires_at', '>', new Date(o.now));
  if (o.releaseId !== undefined) query = query.where('release_id', '=', o.releaseId);
  if (o.environment !== undefined) query = query.where('environment', '=', o.environment);
  const rows = await query.orderBy('given_at').orderBy('overrides.id').execute();
  return rows
    .map((row) => overrideOf(row, o.now))
    .filter(({ state }) => state === 'live' || state === 'unseconded');
}

/** All overrides of a release, newest first, ended ones, too. */
export async function overridesOfRelease(db: Db, releaseId: string, now: string): Promise<OverrideRecord[]> {
  const rows = await storedOverrides(db)
    .where('release_id', '=', releaseId)
    .orderBy('given_at', 'desc')
    .orderBy('overrides.id', 'desc')
    .execute();
  return rows.map((row) => overrideOf(row, now));
}

export async function overrideById(db: Db, id: string, now: string): Promise<OverrideRecord | undefined> {
  const row = await storedOverrides(db).where('overrides.id', '=', id).executeTakeFirst();
  return row && overrideOf(row, now);
}

/**
 * Overrides given at or after `since`, newest first, with the services of their releases and what people call these: what a budget counts. One that was
 * revoked or became void was given all the same.
 */
export async function overridesGivenSince(
  db: Db,
  o: { since: string; now: string; team?: string },
): Promise<(OverrideRecord & { services: string[]; title: string })[]> {
  const all = storedOverrides(db)
    .select(['releases.services', 'releases.versions'])
    .where('given_at', '>=', new Date(o.since));
  const wanted = o.team === undefined ? all : all.where('team', '=', o.team);
  const rows = await wanted.orderBy('given_at', 'desc').orderBy('overrides.id', 'desc').execute();
  return rows.map((row) => {
    const { services, versions } = row;
    const components = (services ?? []).map((service, at) => ({ service, version: versions?.[at] ?? '' }));
    return { ...overrideOf(row, o.now), services: services ?? [], title: releaseTitle(components) };
  });
}

/** Overrides, with when their releases ended. */
export const storedOverrides = (db: Db) =>
  db
    .selectFrom('overrides')
    .leftJoin('releases', 'releases.id', 'overrides.release_id')
    .selectAll('overrides')
    .select('releases.ended_at as release_ended_at');

/** A row of {@link storedOverrides}. One that was written just now stands in an open release, so that it has no end. */
export type OverrideRow = Selectable<Database['overrides']> & { release_ended_at?: Date | null };

export function overrideOf(row: OverrideRow, now: string): OverrideRecord {
  return {
    id: row.id,
    freezeId: row.freeze_id,
    revision: row.revision,
    releaseId: row.release_id,
    environment: row.environment,
    by: row.by_id,
    reason: row.reason,
    expiresAt: row.expires_at.toISOString(),
    givenAt: row.given_at.toISOString(),
    ...(row.team === null ? {} : { team: row.team }),
    state: stateOf(row, now),
    ...(row.seconded_at === null
      ? {}
      : { seconded: { by: row.seconded_by ?? '', at: row.seconded_at.toISOString() } }),
    ...(row.revoked_at === null
      ? {}
      : {
          revoked: {
            by: row.revoked_by ?? '',
            at: row.revoked_at.toISOString(),
            reason: row.revoked_reason ?? '',
          },
        }),
    ...(row.voided_at === null
      ? {}
      : { voided: { at: row.voided_at.toISOString(), because: row.voided_because ?? '' } }),
  };
}

function stateOf(row: OverrideRow, now: string): OverrideRecord['state'] {
  if (row.revoked_at !== null) return 'revoked';
  if (row.voided_at !== null) return 'voided';
  const endedAt = row.release_ended_at?.getTime() ?? Infinity;
  const expiresAt = row.expires_at.getTime();
  if (endedAt <= Math.min(expiresAt, Date.parse(now))) return 'releaseEnded';
  if (expiresAt <= Date.parse(now)) return 'expired';
  return row.needs_second && row.seconded_at === null ? 'unseconded' : 'live';
}
