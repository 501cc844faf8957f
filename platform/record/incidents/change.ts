import { sql } from 'kysely';
import { instantText } from '../../../domain/instant-text.ts';
import {
  incidentText,
  type Incident,
  type IncidentSource,
  type Severity,
} from '../../../domain/incidents/incident.ts';
import type { EventAction } from '../../../domain/release/events.ts';
import { releaseTitle, type Actor, type ReleaseView } from '../../../domain/release/release.ts';
import { attribute, type Attribution } from '../../../domain/watch/attribution.ts';
import { inTransaction, type Db } from '../../database/open.ts';
import { GantryError } from '../../errors.ts';
import { newId } from '../../ids.ts';
import { appendEvents } from '../append.ts';
import { actorNamed } from '../person-names.ts';
import { orderNotices } from '../notices.ts';
import { currentPolicy } from '../policies.ts';
import { readRelease } from '../releases.ts';
import { orderWebhooks } from '../webhooks.ts';
import { exposedBefore, placesOf } from './exposed.ts';
import { incidentByKey, incidentOf } from './read.ts';
import { tellOfRegression } from './regressions.ts';

/** Who changes an incident and when, and the HTTP request that brought it. */
export interface IncidentOrigin {
  by: Actor;
  at: string;
  requestId?: string;
  /** Host part of our message ids. */
  mailDomain: string;
}

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
  deployment?: { id: string; releaseId: string; version: string; because: string };
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
    const { version, releaseId } = incident.attribution;
    const who = await actorNamed(trx, by);
    const sentence =
      releaseId === undefined
        ? `${who} says that no release is to blame for the incident "${before.title}" of ${before.service}.`
        : `${who} confirmed that ${incident.service} ${version ?? ''} caused the incident "${incident.title}".`;
    const told = {
      action: 'incident.attributed' as const,
      sentence,
      ...(o.reason === undefined ? {} : { reason: o.reason }),
    };
    // whoever was suspected before reads in its own log that it no longer is
    const was = before.attribution.releaseId;
    if (was !== undefined && was !== releaseId) await append(trx, was, incident, o, told);
    await tell(trx, incident, o, told);
    await tellOfRegression(trx, before, incident);
    return incident;
  });
}

type Confirmed = { kind: 'confirm'; seen?: string } | { kind: 'release'; releaseId: string };

async function confirmed(
  trx: Db,
  before: Incident,
  to: Confirmed,
): Promise<{ release_id: string; deployment_id: string | null; version: string }> {
  const { service, attribution } = before;
  const releaseId = to.kind === 'release' ? to.releaseId : attribution.releaseId;
  if (to.kind === 'confirm' && to.seen !== undefined && to.seen !== releaseId)
    throw new GantryError('STALE', { what: `Incident ${before.id}` });
  if (releaseId === undefined)
    throw new GantryError('INCIDENT_ATTRIBUTION_REFUSED', {
      detail: 'no release is suggested; name one, or say that none is to blame',
    });
  const release = await readRelease(trx, releaseId);
  const component = release?.components.find((one) => one.service === service);
  if (!release || !component)
    throw new GantryError('INCIDENT_ATTRIBUTION_REFUSED', {
      detail: `${release ? releaseTitle(release.components) : releaseId} does not bring ${service}`,
    });
  const row = await trx
    .selectFrom('deployments')
    .select(['id', 'started_at'])
    .where('release_id', '=', releaseId)
    .where('service', '=', service)
    .$if(before.environment !== undefined, (query) =>
      query.where('environment', '=', before.environment ?? ''),
    )
    .orderBy('started_at', 'desc')
    .executeTakeFirst();
  if (row && row.started_at.getTime() > Date.parse(before.startedAt))
    throw new GantryError('INCIDENT_ATTRIBUTION_REFUSED', {
      detail: `${releaseTitle(release.components)} was deployed at ${instantText(row.started_at.toISOString())}, after the incident had begun`,
    });
  if (!row)
    throw new GantryError('INCIDENT_ATTRIBUTION_REFUSED', {
      detail: `${releaseTitle(release.components)} was never deployed where the incident was`,
    });
  return { release_id: releaseId, deployment_id: row.id, version: component.version };
}

/** Which deployment may have caused it. @throws POLICY_NONE, SERVICE_UNKNOWN */
async function suggestion(
  trx: Db,
  {
    service,
    environment,
    startedAt,
    deployment,
  }: Pick<NewIncident, 'service' | 'environment' | 'startedAt' | 'deployment'>,
): Promise<Attribution | NonNullable<NewIncident['deployment']>> {
  if (deployment) return deployment;
  const policy = (await currentPolicy(trx))?.policy;
  if (!policy) throw new GantryError('POLICY_NONE');
  if (!policy.services.some(({ id }) => id === service))
    throw new GantryError('SERVICE_UNKNOWN', { service });
  const environments = placesOf(policy, { service, ...(environment === undefined ? {} : { environment }) });
  return attribute({ service, startedAt }, await exposedBefore(trx, { service, environments, startedAt }));
}

type Found = Attribution | NonNullable<NewIncident['deployment']>;

const placeOf = (found: Found): string | undefined =>
  'kind' in found && found.kind === 'suggested' ? found.deployment.environment : undefined;

function attributionColumns(found: Found) {
  const because = { attribution_because: found.because };
  if (!('kind' in found))
    return {
      attribution: 'suggested' as const,
      release_id: found.releaseId,
      deployment_id: found.id,
      version: found.version,
      ...because,
    };
  if (found.kind === 'unattributed')
    return {
      attribution: 'unattributed' as const,
      release_id: null,
      deployment_id: null,
      version: null,
      ...because,
    };
  const { id, releaseId, version } = found.deployment;
  return {
    attribution: 'suggested' as const,
    release_id: releaseId ?? null,
    deployment_id: id,
    version,
    ...because,
  };
}

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

interface Told {
  action: EventAction;
  sentence: string;
  reason?: string;
}

/** Into the log of the release that it is laid at the door of, else into that of the installation; and to the webhooks. */
async function tell(trx: Db, incident: Incident, origin: IncidentOrigin, told: Told): Promise<void> {
  await append(trx, incident.attribution.releaseId ?? null, incident, origin, told);
}

async function append(
  trx: Db,
  releaseId: string | null,
  incident: Incident,
  { by, at, requestId }: IncidentOrigin,
  { action, sentence, reason }: Told,
): Promise<void> {
  const { service, environment, severity, state, id, revision, startedAt, source } = incident;
  const event = {
    key: `incident/${id}/${revision}`,
    at,
    actor: by,
    action,
    object: service,
    sentence,
    ...(reason === undefined ? {} : { reason }),
    ...(requestId === undefined ? {} : { requestId }),
    facts: {
      incidentId: id,
      ...{ severity, state, source, startedAt },
      ...(environment === undefined ? {} : { environment }),
      attribution: incident.attribution.state,
    },
  };
  await orderWebhooks(trx, { releaseId, events: [event], data: { ...incident, headline: sentence } });
  await appendEvents(trx, releaseId, [event]);
}

/** The people of the release that is suspected are told, and asked whether it is so. */
async function askItsPeople(trx: Db, incident: Incident, { mailDomain }: IncidentOrigin): Promise<void> {
  const { releaseId, version } = incident.attribution;
  const release = releaseId === undefined ? undefined : await readRelease(trx, releaseId);
  if (!release || incident.source === 'watch') return; // the watch has told them already, with more
  const to = peopleOf(release);
  if (to.length === 0) return;
  await orderNotices(
    trx,
    [
      {
        occasion: `incident/${incident.id}`,
        kind: 'incidentOpened',
        releaseId: release.id,
        to,
        ...(incident.environment === undefined ? {} : { environment: incident.environment }),
        sentence: `An incident of ${incidentText(incident)}. ${incident.service} ${version ?? ''} is suspected.`,
        facts: { incident: incident.id, because: incident.attribution.because },
      },
    ],
    mailDomain,
  );
}

/** Owner of a release, and who asked for it. */
export function peopleOf({ owner, requestedBy }: Pick<ReleaseView, 'owner' | 'requestedBy'>): string[] {
  const asked = requestedBy.person ?? (requestedBy.kind === 'person' ? requestedBy.id : undefined);
  return [...new Set([owner, asked].filter((person) => person !== undefined))];
}
