import { sql, type Selectable } from 'kysely';
import {
  isQuarantined,
  liftBy,
  quarantinedName,
  type Quarantine,
} from '../../../domain/gates/quarantine/evaluate.ts';
import { bannedAlready, unknownBuildWords } from '../../../domain/gates/quarantine/told.ts';
import type { Artifact } from '../../../domain/release/artifact.ts';
import type { NewEvent } from '../../../domain/release/events.ts';
import type { Actor } from '../../../domain/release/release.ts';
import { inTransaction, type Db } from '../../database/open.ts';
import type { Database } from '../../database/schema.ts';
import { GantryError } from '../../errors.ts';
import { newId } from '../../ids.ts';
import { appendEvents } from '../append.ts';
import { wakeDependants } from '../calendar/dependants.ts';
import { addWakes, type Waiting } from '../calendar/wakes.ts';
import { whoOf } from '../calendar/write-rule.ts';
import { orderNotices } from '../notices.ts';
import { actorNamed, personNames } from '../person-names.ts';
import { isKnownBuild, knownBuilds } from './known-builds.ts';
import { openReleasesWith } from '../open-releases.ts';
import { whatRuns } from '../running.ts';

const shortestReason = 10;

/** A quarantine with its end. */
export interface QuarantineRecord extends Quarantine {
  liftedAt?: string;
}

/** Who sets or lifts one, when and why, and the HTTP request that brought it. */
export interface QuarantineOrigin {
  by: Actor;
  at: string;
  reason: string;
  requestId?: string;
  /** Host part of our message ids. */
  mailDomain: string;
}

/** A quarantine that was set, with what whoever set it should know: it stood already, or no such build is known. */
export interface SetQuarantine extends QuarantineRecord {
  note?: string;
}

/**
 * Bans a build everywhere, and tells every open release of that service or digest. Where one stands for the same build
 * already, that one is answered, as it was set. @throws QUARANTINE_INVALID
 */
export async function setQuarantine(
  db: Db,
  o: QuarantineOrigin & { digest?: string; service?: string; version?: string },
): Promise<SetQuarantine> {
  const { digest, service, version } = o;
  const reason = checkedReason(o.reason, 'QUARANTINE_INVALID');
  if (digest === undefined && (service === undefined || version === undefined))
    throw new GantryError('QUARANTINE_INVALID', {
      detail: 'neither a digest nor a service with its version is named',
    });
  return inTransaction(db, async (trx) => {
    await oneAtATime(trx);
    const standing = (await standingQuarantines(trx)).find(
      (one) => one.digest === digest && one.service === service && one.version === version,
    );
    if (standing)
      return {
        ...standing,
        note: bannedAlready(standing, { given: reason, nameOf: await personNames(trx) }),
      };
    const row = await trx
      .insertInto('quarantines')
      .values({
        id: newId('qua'),
        digest: digest ?? null,
        service: service ?? null,
        version: version ?? null,
        builds: JSON.stringify(await knownBuilds(trx, o)),
        by_id: whoOf(o.by),
        reason,
        set_at: o.at,
      })
      .returningAll()
      .executeTakeFirstOrThrow();
    const quarantine = quarantineOf(row, []);
    const sentence = `${await actorNamed(trx, o.by)} quarantined ${quarantinedName(quarantine)}: ${reason}`;
    await tell(trx, {
      row,
      quarantine,
      isLifted: false,
      sentence,
      action: 'quarantine.set',
      key: 'set',
      origin: o,
    });
    return (await isKnownBuild(trx, o)) ? quarantine : { ...quarantine, note: unknownBuildWords(quarantine) };
  });
}

/**
 * Adds one person's word that it may be lifted; the second person's lifts it. Once lifted it answers as it is.
 * @throws NOT_FOUND, QUARANTINE_LIFT_REFUSED
 */
export async function liftQuarantine(
  db: Db,
  o: QuarantineOrigin & { id: string },
): Promise<QuarantineRecord> {
  const reason = checkedReason(o.reason, 'QUARANTINE_LIFT_REFUSED');
  return inTransaction(db, async (trx) => {
    await oneAtATime(trx);
    const known = await quarantineById(trx, o.id);
    if (!known) throw new GantryError('NOT_FOUND', { what: 'quarantine', id: o.id });
    if (known.liftedAt !== undefined) return known;
    const person = whoOf(o.by);
    const answer = liftBy(known, person, await personNames(trx));
    if (answer.kind === 'refused')
      throw new GantryError('QUARANTINE_LIFT_REFUSED', { detail: answer.because });
    await trx
      .insertInto('quarantine_lifts')
      .values({ quarantine_id: o.id, by_id: person, reason, at: o.at })
      .execute();
    const isLifted = answer.kind === 'lifted';
    const row = await trx
      .updateTable('quarantines')
      .set({ revision: sql<number>`revision + 1`, ...(isLifted ? { lifted_at: o.at } : {}) })
      .where('id', '=', o.id)
      .returningAll()
      .executeTakeFirstOrThrow();
    const after = quarantineOf(row, await liftsOf(trx, [o.id]));
    await tell(trx, {
      row,
      quarantine: after,
      isLifted,
      sentence: answer.because,
      action: isLifted ? 'quarantine.lifted' : 'quarantine.liftAgreed',
      key: `lift/${person}`,
      origin: { ...o, reason },
    });
    return after;
  });
}

/** All that stand, oldest first; of the given builds only, where some are named. */
export async function standingQuarantines(db: Db, builds?: readonly Artifact[]): Promise<QuarantineRecord[]> {
  const rows = await db
    .selectFrom('quarantines')
    .selectAll()
    .where('lifted_at', 'is', null)
    .orderBy('set_at')
    .orderBy('id')
    .execute();
  const all = await withLifts(db, rows);
  return builds ? all.filter((one) => builds.some((build) => isQuarantined(one, build))) : all;
}

/** All that ever were, newest first. */
export async function allQuarantines(db: Db): Promise<QuarantineRecord[]> {
  const rows = await db
    .selectFrom('quarantines')
    .selectAll()
    .orderBy('set_at', 'desc')
    .orderBy('id')
    .execute();
  return withLifts(db, rows);
}

export async function quarantineById(db: Db, id: string): Promise<QuarantineRecord | undefined> {
  const row = await db.selectFrom('quarantines').selectAll().where('id', '=', id).executeTakeFirst();
  return row && quarantineOf(row, await liftsOf(db, [id]));
}

type Row = Selectable<Database['quarantines']>;
type LiftRow = Selectable<Database['quarantine_lifts']>;

const liftsOf = (db: Db, ids: readonly string[]): Promise<LiftRow[]> =>
  db
    .selectFrom('quarantine_lifts')
    .selectAll()
    .where('quarantine_id', '=', sql<string>`any(${ids}::text[])`)
    .orderBy('at')
    .execute();

async function withLifts(db: Db, rows: readonly Row[]): Promise<QuarantineRecord[]> {
  if (rows.length === 0) return [];
  const lifts = await liftsOf(
    db,
    rows.map(({ id }) => id),
  );
  return rows.map((row) =>
    quarantineOf(
      row,
      lifts.filter((lift) => lift.quarantine_id === row.id),
    ),
  );
}

const quarantineOf = (row: Row, lifts: readonly LiftRow[]): QuarantineRecord => ({
  id: row.id,
  ...(row.digest === null ? {} : { digest: row.digest }),
  ...(row.service === null ? {} : { service: row.service }),
  ...(row.version === null ? {} : { version: row.version }),
  ...(row.builds === null || row.builds.length === 0 ? {} : { builds: row.builds }),
  by: row.by_id,
  reason: row.reason,
  at: row.set_at.toISOString(),
  lifts: lifts.map(({ by_id, reason, at }) => ({ by: by_id, reason, at: at.toISOString() })),
  ...(row.lifted_at === null ? {} : { liftedAt: row.lifted_at.toISOString() }),
});

/** Two people who set or lift at one moment do it one after the other, so that the second sees the first. */
export const oneAtATime = async (trx: Db): Promise<void> => {
  await sql`select pg_advisory_xact_lock(hashtext('gantry/quarantines'))`.execute(trx);
};

interface Change {
  row: Row;
  quarantine: QuarantineRecord;
  isLifted: boolean;
  sentence: string;
  action: NewEvent['action'];
  key: string;
  origin: QuarantineOrigin;
}

/** Into the log of the installation, and to whoever is on the way with that build or could go back to it. */
async function tell(trx: Db, change: Change): Promise<void> {
  const { row, quarantine, isLifted, sentence, origin } = change;
  const news: QuarantineRecord = { ...quarantine };
  delete news.liftedAt;
  await addWakes(trx, {
    waiting: await concernedBy(trx, quarantine),
    cause: sentence,
    revision: row.revision,
    about: { quarantine: news, revision: row.revision, isLifted },
  });
  await tellWhereItRuns(trx, change);
  await appendEvents(trx, null, [
    {
      key: `quarantine/${row.id}/${change.key}`,
      at: origin.at,
      actor: origin.by,
      action: change.action,
      object: quarantinedName(quarantine),
      sentence,
      reason: origin.reason,
      ...(origin.requestId === undefined ? {} : { requestId: origin.requestId }),
      facts: {
        quarantineId: row.id,
        ...(row.digest === null ? {} : { digest: row.digest }),
        ...(row.service === null ? {} : { service: row.service, version: row.version ?? '' }),
      },
    },
  ]);
}

/** Who waits for it looks again; whoever brought it there is told of the ban by mail (semantics §3: deployed → Notice). */
async function tellWhereItRuns(trx: Db, { quarantine, action, sentence, origin }: Change): Promise<void> {
  const places = (await whatRuns(trx)).filter((row) => isQuarantined(quarantine, row));
  const nameOf = await personNames(trx);
  for (const { environment, service, releaseId, version } of places) {
    await wakeDependants(trx, { environment, service, sentence });
    if (action !== 'quarantine.set' || releaseId === undefined) continue;
    const release = await trx
      .selectFrom('releases')
      .select('view')
      .where('id', '=', releaseId)
      .executeTakeFirst();
    if (!release) continue;
    const { owner, requestedBy: by } = release.view;
    const asked = by.person ?? (by.kind === 'person' ? by.id : undefined);
    const to = [...new Set([owner, asked].filter((person) => person !== undefined))];
    const notice = {
      ...{ occasion: `quarantine/${quarantine.id}/${environment}`, kind: 'quarantined' as const },
      ...{ releaseId, to, environment },
      sentence: `${service} ${version}, which runs in ${environment}, is quarantined by ${nameOf(quarantine.by)}: “${quarantine.reason}”.`,
    };
    await orderNotices(trx, [notice], origin.mailDomain);
  }
}

/** Open releases of the service, or with a component of that digest: those of other versions may have it as their way back. */
const concernedBy = async (trx: Db, { digest, service }: Quarantine): Promise<Waiting[]> =>
  openReleasesWith(trx, (where) =>
    where.or([
      ...(digest === undefined ? [] : [where('release_components.digest', '=', digest), carries(digest)]),
      ...(service === undefined ? [] : [where('release_components.service', '=', service)]),
    ]),
  );

/** Services of which a build of this digest was ever deployed: it may be what one of their releases goes back to. */
const carries = (digest: string) =>
  sql<boolean>`release_components.service in (select service from deployments where digest = ${digest})`;

function checkedReason(reason: string, code: 'QUARANTINE_INVALID' | 'QUARANTINE_LIFT_REFUSED'): string {
  const text = reason.trim();
  if (text.length >= shortestReason) return text;
  throw new GantryError(code, {
    detail: `the reason has ${text.length} characters, and needs ${shortestReason}`,
  });
}
