import { sql } from 'kysely';
import {
  incidentText,
  type Incident,
  type IncidentSource,
  type Severity,
} from '../../../domain/incidents/incident.ts';
import type { Actor } from '../../../domain/release/release.ts';
import { inTransaction, type Db } from '../../database/open.ts';
import { GantryError } from '../../errors.ts';
import { newId } from '../../ids.ts';
import { actorNamed } from '../person-names.ts';
import { confirmed, type Confirmed } from './confirmation.ts';
import { incidentByKey, incidentOf } from './read.ts';
import { tellOfRegression } from './regressions.ts';
import { attributionColumns, placeOf, suggestion, type KnownCause } from './suggestion.ts';
import { append, askItsPeople, tell, type IncidentOrigin } from './tell.ts';

/** An incident as somebody hears of it. */
export interface NewIncident {
  /** The same key again is the same incident. */
  key?: string;
  title: string;
  service: string;
  environment?: string;
  severity: Severity;
  source: IncidentSource;
  startedAt: string;
  link?: string;
  /** The deployment that is known to be to blame, where a watch has found it; else it is looked for. */
  deployment?: KnownCause;
}

const idOf = (actor: Actor): string => actor.person ?? actor.id;

/**
 * Writes an incident down with the deployment that may have caused it, and tells the people of that release. One that is known by
 * its key is answered as it is. @throws POLICY_NONE, SERVICE_UNKNOWN
 */
export async function openIncident(
  db: Db,
  wanted: NewIncident,
  origin: IncidentOrigin,
): Promise<{ incident: Incident; isNew: boolean }> {
  return inTransaction(db, async (trx) => {
    await oneAtATime(trx);
    const known = wanted.key === undefined ? undefined : await incidentByKey(trx, wanted.key);
    if (known) return { incident: known, isNew: false };
    const found = await suggestion(trx, wanted);
    const row = await trx
      .insertInto('incidents')
      .values({
        id: newId('inc'),
        key: wanted.key ?? null,
        title: wanted.title,
        service: wanted.service,
        environment: wanted.environment ?? placeOf(found) ?? null,
        severity: wanted.severity,
        state: 'open',
        source: wanted.source,
        started_at: wanted.startedAt,
        opened_at: origin.at,
        opened_by: idOf(origin.by),
        link: wanted.link ?? null,
        closed_by: null,
        outcome: null,
        attributed_by: null,
        ...attributionColumns(found),
      })
      .returningAll()
      .executeTakeFirstOrThrow();
    const incident = incidentOf(row);
    const blamed = blame(incident);
    await tell(trx, incident, origin, {
      action: 'incident.opened',
      sentence: `An incident of ${incidentText(incident)}.${blamed}`,
    });
    await askItsPeople(trx, incident, origin);
    await tellOfRegression(trx, undefined, incident);
    return { incident, isNew: true };
  });
}

/** Ends an incident; one that is closed is answered as it is. @throws NOT_FOUND */
export async function closeIncident(
  db: Db,
  id: string,
  o: IncidentOrigin & { outcome: string; closedAt?: string },
): Promise<Incident> {
  return inTransaction(db, async (trx) => {
    const before = await locked(trx, id);
    if (before.state === 'closed') return before;
    const row = await trx
      .updateTable('incidents')
      .set({
        state: 'closed',
        closed_at: o.closedAt ?? o.at,
        closed_by: idOf(o.by),
        outcome: o.outcome,
        revision: sql<number>`revision + 1`,
      })
      .where('id', '=', id)
      .returningAll()
      .executeTakeFirstOrThrow();
    const incident = incidentOf(row);
    await tell(trx, incident, o, {
      action: 'incident.closed',
      sentence: `${await actorNamed(trx, o.by)} closed the incident "${incident.title}" of ${incident.service}.`,
      reason: o.outcome,
    });
    await tellOfRegression(trx, before, incident);
    return incident;
  });
}

/** What may be corrected of an incident; what is left out stays. */
export interface IncidentCorrection {
  title?: string;
  severity?: Severity;
  startedAt?: string;
}

/**
 * Corrects an incident. Another beginning may lay it at another door, which is looked for anew unless a person has said
 * whose it is. @throws NOT_FOUND
 */
export async function changeIncident(
  db: Db,
  id: string,
  o: IncidentOrigin & { change: IncidentCorrection },
): Promise<Incident> {
  return inTransaction(db, async (trx) => {
    const before = await locked(trx, id);
    const after = { ...before, ...o.change };
    const isMoved = after.startedAt !== before.startedAt && before.attribution.by === undefined;
    const found = isMoved ? attributionColumns(await suggestion(trx, after)) : {};
    const row = await trx
      .updateTable('incidents')
      .set({
        title: after.title,
        severity: after.severity,
        started_at: after.startedAt,
        ...found,
        revision: sql<number>`revision + 1`,
      })
      .where('id', '=', id)
      .returningAll()
      .executeTakeFirstOrThrow();
    const incident = incidentOf(row);
    await tell(trx, incident, o, {
      action: 'incident.changed',
      sentence: `${await actorNamed(trx, o.by)} corrected the incident of ${incidentText(incident)}.${isMoved ? blame(incident) : ''}`,
    });
    await tellOfRegression(trx, before, incident);
    return incident;
  });
}

/**
 * A person's word on who is to blame: the release that was suggested, another one, or none. Only this counts, in risk and in
 * metrics. @throws NOT_FOUND, INCIDENT_ATTRIBUTION_REFUSED
 */
export async function attributeIncident(
  db: Db,
  id: string,
  o: IncidentOrigin & {
    /** `seen`: the release that was suggested to whoever confirms. */
    to: Confirmed | { kind: 'nobody' };
    reason?: string;
  },
): Promise<Incident> {
  return inTransaction(db, async (trx) => {
    const before = await locked(trx, id);
    const { to, by, at } = o;
    const said = { attributed_by: idOf(by), attributed_at: at, revision: sql<number>`revision + 1` };
    const columns =
      to.kind === 'nobody'
        ? { attribution: 'unattributed' as const, release_id: null, deployment_id: null, version: null }
        : { attribution: 'confirmed' as const, ...(await confirmed(trx, before, to)) };
    const row = await trx
      .updateTable('incidents')
      .set({
        ...columns,
        ...said,
        ...(o.reason === undefined ? {} : { attribution_because: o.reason }),
      })
      .where('id', '=', id)
      .returningAll()
      .executeTakeFirstOrThrow();
    const incident = incidentOf(row);
    const told = {
      action: 'incident.attributed' as const,
      sentence: attributionSentence(incident, await actorNamed(trx, by)),
      ...(o.reason === undefined ? {} : { reason: o.reason }),
    };
    // whoever was suspected before reads in its own log that it no longer is
    const was = before.attribution.releaseId;
    if (was !== undefined && was !== incident.attribution.releaseId)
      await append(trx, was, incident, o, told);
    await tell(trx, incident, o, told);
    await tellOfRegression(trx, before, incident);
    return incident;
  });
}

const attributionSentence = ({ attribution, title, service }: Incident, who: string): string =>
  attribution.releaseId === undefined
    ? `${who} says that no release is to blame for the incident "${title}" of ${service}.`
    : `${who} confirmed that ${service} ${attribution.version ?? ''} caused the incident "${title}".`;

const blame = ({ attribution, service }: Incident): string =>
  attribution.version === undefined
    ? ' No release is suspected.'
    : ` ${service} ${attribution.version} is suspected until a person confirms it.`;

async function locked(trx: Db, id: string): Promise<Incident> {
  const row = await trx
    .selectFrom('incidents')
    .selectAll()
    .where('id', '=', id)
    .forUpdate()
    .executeTakeFirst();
  if (!row) throw new GantryError('NOT_FOUND', { what: 'incident', id });
  return incidentOf(row);
}

/** Two who bring the same alert at one moment do it one after the other, so that the second finds the first. */
const oneAtATime = async (trx: Db): Promise<void> => {
  await sql`select pg_advisory_xact_lock(hashtext('gantry/incidents'))`.execute(trx);
};
