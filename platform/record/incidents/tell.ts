import { incidentText, type Incident } from '../../../domain/incidents/incident.ts';
import type { EventAction } from '../../../domain/release/events.ts';
import type { Actor, ReleaseView } from '../../../domain/release/release.ts';
import type { Db } from '../../database/open.ts';
import { appendEvents } from '../append.ts';
import { orderNotices } from '../notices.ts';
import { readRelease } from '../releases.ts';
import { orderWebhooks } from '../webhooks.ts';

/** Who changes an incident and when, and the HTTP request that brought it. */
export interface IncidentOrigin {
  by: Actor;
  at: string;
  requestId?: string;
  /** Host part of our message ids. */
  mailDomain: string;
}

interface Told {
  action: EventAction;
  sentence: string;
  reason?: string;
}

/** Into the log of the release that it is laid at the door of, else into that of the installation; and to the webhooks. */
export async function tell(trx: Db, incident: Incident, origin: IncidentOrigin, told: Told): Promise<void> {
  await append(trx, incident.attribution.releaseId ?? null, incident, origin, told);
}

export async function append(
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
export async function askItsPeople(
  trx: Db,
  incident: Incident,
  { mailDomain }: IncidentOrigin,
): Promise<void> {
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
