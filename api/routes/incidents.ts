import { severities, type Incident } from '../../domain/incidents/incident.ts';
import { IdSchema } from '../../domain/policy/common.schema.ts';
import type { Db } from '../../platform/database/open.ts';
import { mailDomain } from '../../platform/mail-domain.ts';
import { GantryError } from '../../platform/errors.ts';
import { once } from '../../platform/record/idempotency.ts';
import {
  attributeIncident,
  changeIncident,
  closeIncident,
  openIncident,
} from '../../platform/record/incidents/change.ts';
import { incidentById, listIncidents } from '../../platform/record/incidents/read.ts';
import { namesFor } from '../../platform/record/person-names.ts';
import { releaseMeant } from '../../platform/record/releases.ts';
import { keyedRequest, replayHeader } from '../http/idempotency-key.ts';
import { route, type Call, type Subject } from '../http/route.ts';
import {
  InstantSchema,
  NamesSchema,
  pageQuery,
  PlannedInstantSchema,
  ReasonSchema,
  z,
} from './common.schema.ts';
import { narrowedTo } from '../auth/narrowed-to.ts';
import { nextLink } from './lists.ts';

const SeveritySchema = z.enum(severities).describe('sev1 is the worst.');
const TitleSchema = ReasonSchema.max(200).describe('What goes wrong, in one line.');

const IncidentSchema = z
  .object({
    id: z.string(),
    title: z.string(),
    service: z.string(),
    environment: z.string().optional(),
    severity: SeveritySchema,
    state: z.enum(['open', 'closed']),
    source: z.enum(['person', 'alertmanager', 'watch']),
    startedAt: InstantSchema,
    openedAt: InstantSchema,
    openedBy: z.string(),
    closedAt: InstantSchema.optional(),
    closedBy: z.string().optional(),
    outcome: z.string().optional(),
    attribution: z
      .object({
        state: z
          .enum(['suggested', 'confirmed', 'unattributed'])
          .describe('Only what a person has confirmed counts anywhere.'),
        because: z.string(),
        releaseId: z.string().optional(),
        deploymentId: z.string().optional(),
        version: z.string().optional(),
        by: z.string().optional(),
        at: InstantSchema.optional(),
      })
      .describe('The release that it is laid at the door of.'),
    link: z.string().optional(),
    revision: z.number().int(),
    names: NamesSchema,
  })
  .openapi('Incident');

const params = z.strictObject({ id: z.string().min(1).max(80).describe('Id of the incident.') });

const originOf = ({ caller, now, requestId, deps }: Call<unknown, unknown, unknown>) => ({
  by: caller.actor,
  at: now.toISOString(),
  requestId,
  mailDomain: mailDomain(deps.config.mailFrom),
});

/** The incident of the address, and its service for the table of access. @throws NOT_FOUND */
async function incidentOf({
  deps,
  params: { id },
}: Call<{ id: string }, unknown, unknown>): Promise<Subject<Incident>> {
  const incident = await incidentById(deps.store.db, id);
  return { value: incident, object: { services: [incident.service] } };
}

/** Nothing has begun that is still to come. @throws REQUEST_INVALID */
function begun(startedAt: string | undefined, now: Date): string {
  const at = startedAt ?? now.toISOString();
  if (Date.parse(at) > now.getTime())
    throw new GantryError('REQUEST_INVALID', { detail: 'startedAt is still to come' });
  return new Date(at).toISOString();
}

/** Who opened and closed it, and who said whose fault it was. */
const mentioned = ({ openedBy, closedBy, attribution }: Incident): (string | undefined)[] => [
  openedBy,
  closedBy,
  attribution.by,
];

/** An incident as it is answered, with the names of those whom it mentions. */
const answered = async (db: Db, incident: Incident): Promise<{ body: object; seq: number }> => ({
  body: { ...incident, ...(await namesFor(db, mentioned(incident))) },
  seq: incident.revision,
});

const list = route({
  method: 'get',
  path: '/v1/incidents',
  action: 'incident.list',
  summary: 'Incidents, those that began last on top.',
  query: z.strictObject({
    service: IdSchema.optional(),
    state: z.enum(['open', 'closed']).optional(),
    release: z.string().min(1).max(300).optional().describe('Those that are laid at the door of it.'),
    limit: pageQuery.limit,
    cursor: z.string().max(200).optional().describe('`next` of the page before.'),
  }),
  answer: {
    status: 200,
    description: 'One page of incidents.',
    schema: z
      .object({ items: z.array(IncidentSchema), next: z.string().optional(), names: NamesSchema })
      .openapi('IncidentList'),
  },
  problems: ['NOT_FOUND', 'AMBIGUOUS_ID'],
  async handle({ deps, caller, query, req }) {
    const { db } = deps.store;
    const { limit, service, state, release, cursor } = query;
    const services = narrowedTo(caller);
    const { items, next } = await listIncidents(db, {
      limit,
      cursor,
      ...(services === undefined ? {} : { services }),
      ...(service === undefined ? {} : { service }),
      ...(state === undefined ? {} : { state }),
      ...(release === undefined ? {} : { release: (await releaseMeant(db, release)).id }),
    });
    return {
      body: {
        items,
        ...(next === undefined ? {} : { next }),
        ...(await namesFor(db, items.flatMap(mentioned))),
      },
      headers: nextLink(req, next),
    };
  },
});

const show = route({
  method: 'get',
  path: '/v1/incidents/{id}',
  action: 'incident.read',
  summary: 'One incident, with the release that may have caused it.',
  params,
  answer: { status: 200, description: 'The incident.', schema: IncidentSchema },
  problems: ['NOT_FOUND'],
  subject: incidentOf,
  handle: async ({ deps }, incident) => answered(deps.store.db, incident),
});

const open = route({
  method: 'post',
  path: '/v1/incidents',
  action: 'incident.open',
  summary:
    'Write down that something goes wrong for users. The release that may have caused it is looked for, and its people are told.',
  body: z
    .strictObject({
      service: IdSchema,
      environment: IdSchema.optional().describe('Left out: any that is production.'),
      title: TitleSchema,
      severity: SeveritySchema.default('sev2'),
      startedAt: PlannedInstantSchema.optional().describe('When it began. Left out: now.'),
      link: z.url().max(2_000).optional().describe('More about it, elsewhere.'),
    })
    .openapi('IncidentOrder'),
  example: { service: 'shop', title: 'carts are empty for guests', severity: 'sev1' },
  answer: { status: 201, description: 'The incident.', schema: IncidentSchema },
  problems: ['IDEMPOTENCY_KEY_MISSING', 'IDEMPOTENCY_KEY_REUSED', 'POLICY_NONE', 'SERVICE_UNKNOWN'],
  subject: async ({ body }) => ({ object: { services: [body.service] }, value: undefined }),
  async handle(call) {
    const { deps, body, now } = call;
    const { service, environment, title, severity, link } = body;
    const startedAt = begun(body.startedAt, now);
    const { answer, replayed } = await once(deps.store.db, keyedRequest(call), now, async (trx) => {
      const { incident } = await openIncident(
        trx,
        {
          ...{ service, title, severity, startedAt, source: 'person' },
          ...(environment === undefined ? {} : { environment }),
          ...(link === undefined ? {} : { link }),
        },
        originOf(call),
      );
      const { body: shown } = await answered(trx, incident);
      return { status: 201, location: `/v1/incidents/${incident.id}`, body: shown };
    });
    return { body: answer.body, headers: replayHeader(replayed) };
  },
});

const change = route({
  method: 'patch',
  path: '/v1/incidents/{id}',
  action: 'incident.change',
  summary:
    'Correct an incident. Another beginning may lay it at another door, unless a person has said whose it is.',
  params,
  body: z
    .strictObject({
      title: TitleSchema.optional(),
      severity: SeveritySchema.optional(),
      startedAt: PlannedInstantSchema.optional(),
    })
    .openapi('IncidentCorrection'),
  example: { severity: 'sev1' },
  answer: { status: 200, description: 'The incident as it is now.', schema: IncidentSchema },
  problems: ['NOT_FOUND', 'POLICY_NONE'],
  subject: incidentOf,
  async handle(call, { id }) {
    const { title, severity, startedAt } = call.body;
    const corrected = await changeIncident(call.deps.store.db, id, {
      ...originOf(call),
      change: {
        ...(title === undefined ? {} : { title }),
        ...(severity === undefined ? {} : { severity }),
        ...(startedAt === undefined ? {} : { startedAt: begun(startedAt, call.now) }),
      },
    });
    return answered(call.deps.store.db, corrected);
  },
});

const close = route({
  method: 'post',
  path: '/v1/incidents/{id}/close',
  action: 'incident.change',
  summary: 'Close an incident with what ended it.',
  params,
  body: z.strictObject({ outcome: ReasonSchema.describe('What ended it.') }).openapi('IncidentClose'),
  example: { outcome: 'shop 1.3.9 runs again' },
  answer: { status: 200, description: 'The incident as it is now.', schema: IncidentSchema },
  problems: ['NOT_FOUND'],
  subject: incidentOf,
  async handle(call, { id }) {
    const { outcome } = call.body;
    const closed = await closeIncident(call.deps.store.db, id, { ...originOf(call), outcome });
    return answered(call.deps.store.db, closed);
  },
});

const attribute = route({
  method: 'post',
  path: '/v1/incidents/{id}/attribution',
  action: 'incident.attribute',
  summary:
    'Say which release caused an incident: the one that is suggested, another one, or none. Only this counts.',
  params,
  body: z
    .strictObject({
      release: z
        .string()
        .min(1)
        .max(300)
        .optional()
        .describe('Id of the release, or `shop@1.4.0`. Left out: the one that is suggested.'),
      nobody: z.literal(true).optional().describe('No release is to blame.'),
      reason: ReasonSchema.optional(),
    })
    .refine((body) => body.release === undefined || body.nobody === undefined, {
      message: 'names a release and says that none is to blame',
    })
    .openapi('IncidentAttribution'),
  example: { reason: 'the bisection says so' },
  answer: { status: 200, description: 'The incident as it is now.', schema: IncidentSchema },
  problems: ['NOT_FOUND', 'AMBIGUOUS_ID', 'INCIDENT_ATTRIBUTION_REFUSED'],
  subject: incidentOf,
  async handle(call, { id }) {
    const { release, nobody, reason } = call.body;
    const { db } = call.deps.store;
    const attributed = await attributeIncident(db, id, {
      ...originOf(call),
      to:
        nobody === true
          ? { kind: 'nobody' }
          : release === undefined
            ? { kind: 'confirm' }
            : { kind: 'release', releaseId: (await releaseMeant(db, release)).id },
      ...(reason === undefined ? {} : { reason }),
    });
    return answered(db, attributed);
  },
});

export const incidentRoutes = [list, show, open, change, close, attribute];
