import type { Selectable } from 'kysely';
import { isWaiverLive, type Waiver } from '../../../domain/gates/waiver/evaluate.ts';
import { withRevocations, type Revocation } from '../../../domain/gates/waiver/revoke.ts';
import type { EventAction } from '../../../domain/release/events.ts';
import { waiverBudget, waiversCountSince, type WaiverBudget } from '../../../domain/gates/waiver/budget.ts';
import type { Artifact } from '../../../domain/release/artifact.ts';
import type { Db } from '../../database/open.ts';
import type { Database } from '../../database/schema.ts';

/** A waiver as the workflow hands it over, with the team whose budget it is taken from. */
export interface GivenWaiver extends Waiver {
  team: string;
}

/** Writes waivers down; the same id again changes nothing. */
export async function saveWaivers(
  trx: Db,
  releaseId: string,
  waivers: readonly GivenWaiver[],
): Promise<void> {
  if (waivers.length === 0) return;
  await trx
    .insertInto('waivers')
    .values(
      waivers.map((one) => ({
        id: one.id,
        release_id: releaseId,
        environment: one.environment,
        service: one.service,
        check_id: one.check,
        build: one.build,
        by_id: one.by,
        team: one.team,
        reason: one.reason,
        given_at: one.at,
        expires_at: one.expiresAt,
      })),
    )
    .onConflict((conflict) => conflict.column('id').doNothing())
    .execute();
}

/** Whether the record holds a waiver that counts at `now` for this check of this build. */
export async function hasLiveWaiver(
  db: Db,
  o: { releaseId: string; environment: string; check: string; build: Artifact; now: string },
): Promise<boolean> {
  const rows = await db
    .selectFrom('waivers')
    .selectAll()
    .where('release_id', '=', o.releaseId)
    .where('environment', '=', o.environment)
    .where('check_id', '=', o.check)
    .where('service', '=', o.build.service)
    .execute();
  const waivers = withRevocations(rows.map(waiverOf), await revocationsOf(db, o.releaseId));
  return waivers.some((waiver) => isWaiverLive(waiver, o.build, o.now));
}

/** Every waiver that was given for a release, the first given on top; also those that are over. */
export async function waiversOfRelease(db: Db, releaseId: string): Promise<GivenWaiver[]> {
  const rows = await db
    .selectFrom('waivers')
    .selectAll()
    .where('release_id', '=', releaseId)
    .orderBy('given_at')
    .orderBy('id')
    .execute();
  return withRevocations(rows.map(waiverOf), await revocationsOf(db, releaseId));
}

/** What ended waivers of a release before their time, by waiver: the chained log alone says so, so no row can be altered to hide it. */
async function revocationsOf(db: Db, releaseId: string): Promise<ReadonlyMap<string, Revocation>> {
  const action: EventAction = 'waiver.revoked';
  const rows = await db
    .selectFrom('audit_entries')
    .select('body')
    .where('release_id', '=', releaseId)
    .where('action', '=', action)
    .execute();
  const entries = rows.map(
    ({ body }) =>
      JSON.parse(body) as { at: string; reason?: string; facts?: { waiver?: string; by?: string } },
  );
  return new Map(
    entries.map(({ at, reason = '', facts = {} }) => [
      facts.waiver ?? '',
      { by: facts.by ?? '', at, reason },
    ]),
  );
}

const waiverOf = (row: Selectable<Database['waivers']>): GivenWaiver => ({
  id: row.id,
  check: row.check_id,
  service: row.service,
  environment: row.environment,
  build: row.build,
  by: row.by_id,
  team: row.team,
  reason: row.reason,
  at: row.given_at.toISOString(),
  expiresAt: row.expires_at.toISOString(),
});

/** What is left of a team's budget of waivers. */
export async function waiverBudgetOf(db: Db, team: string, now: string): Promise<WaiverBudget> {
  const rows = await db
    .selectFrom('waivers')
    .select('given_at')
    .where('team', '=', team)
    .where('given_at', '>', new Date(waiversCountSince(now)))
    .execute();
  return waiverBudget(
    team,
    rows.map(({ given_at }) => given_at.toISOString()),
    now,
  );
}
