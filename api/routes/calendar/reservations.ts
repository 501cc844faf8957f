import { IdSchema } from '../../../domain/policy/common.schema.ts';
import { releaseTitle } from '../../../domain/release/release.ts';
import { GantryError } from '../../../platform/errors.ts';
import {
  listReservations,
  reservationById,
  type ReservationRecord,
} from '../../../platform/record/calendar/reservations.ts';
import { makeReservation, releaseReservation } from '../../../platform/record/calendar/reserve.ts';
import { once } from '../../../platform/record/idempotency.ts';
import { namesFor } from '../../../platform/record/person-names.ts';
import { currentPolicy } from '../../../platform/record/policies.ts';
import { findRelease } from '../../../platform/record/releases.ts';
import type { Caller } from '../../auth/caller.ts';
import { keyedRequest, replayHeader } from '../../http/idempotency-key.ts';
import { route, type RouteDeps } from '../../http/route.ts';
import { InstantSchema, NamesSchema, ReasonSchema, z } from '../common.schema.ts';
import { visibleServices } from '../../auth/narrowed-to.ts';
import { MomentSchema, utc } from './calendar.schema.ts';
import { aboutServices, originOf } from './rules.ts';

const ReservationOrderSchema = z
  .strictObject({
    environment: IdSchema,
    services: z.array(IdSchema).max(100).default([]).describe('Left out: the whole environment.'),
    start: MomentSchema,
    end: MomentSchema,
    title: z
      .string()
      .trim()
      .min(1)
      .max(200)
      .optional()
      .describe('What for. Left out: the release, or the reason.'),
    release: z
      .string()
      .min(1)
      .max(300)
      .optional()
      .describe('The release that it is for; one that asks again moves what it has. Left out: for you.'),
    overlap: z.boolean().default(false).describe('Others who say so as well may reserve the same time.'),
    reason: ReasonSchema,
  })
  .refine(({ start, end }) => Date.parse(start) < Date.parse(end), {
    path: ['end'],
    message: 'is not after start: write a later instant',
  })
  .openapi('ReservationOrder');

const ReservationSchema = z
  .object({
    id: z.string(),
    owner: z.string().describe('Id of a release, or `person:ana`.'),
    releaseId: z.string().optional(),
    title: z.string(),
    environment: z.string(),
    services: z.array(z.string()),
    start: InstantSchema,
    end: InstantSchema,
    overlap: z.boolean(),
    state: z
      .enum(['reserved', 'queued', 'released'])
      .describe('`queued`: somebody else has it; its turn comes when that one is released.'),
    reason: z.string().optional(),
    createdBy: z.string(),
    createdAt: InstantSchema,
    released: z.object({ at: InstantSchema, by: z.string(), reason: z.string() }).optional(),
    revision: z.number().int(),
  })
  .openapi('Reservation');

const MadeSchema = ReservationSchema.extend({
  names: NamesSchema,
  behind: z.array(ReservationSchema).describe('Who has it, where it waits for its turn.'),
}).openapi('MadeReservation');

/** Reservations of a whole environment, or of a service that the caller may see. */
const isVisibleTo = (caller: Caller) => {
  const isVisible = visibleServices(caller);
  return ({ services }: ReservationRecord): boolean => services.length === 0 || services.some(isVisible);
};

const list = route({
  method: 'get',
  path: '/v1/reservations',
  action: 'calendar.read',
  summary: 'Who has reserved what, and who waits for it.',
  query: z.strictObject({
    from: MomentSchema.optional().describe('Those that end after it. Left out: now.'),
    to: MomentSchema.optional().describe('Those that start before it.'),
    environment: IdSchema.optional(),
    service: IdSchema.optional().describe('Those that keep others out of this service.'),
    released: z.enum(['true', 'false']).default('false').describe('Those that were released, too.'),
  }),
  answer: {
    status: 200,
    description: 'In the order of their starts.',
    schema: z.object({ items: z.array(ReservationSchema), names: NamesSchema }).openapi('ReservationList'),
  },
  async handle({ deps, caller, query, now }) {
    const { from, to, environment, service, released } = query;
    const items = await listReservations(deps.store.db, {
      from: from === undefined ? now.toISOString() : utc(from),
      ...(to === undefined ? {} : { to: utc(to) }),
      ...(environment === undefined ? {} : { environment }),
      ...(service === undefined ? {} : { service }),
      states: released === 'true' ? ['reserved', 'queued', 'released'] : ['reserved', 'queued'],
    });
    const visible = items.filter(isVisibleTo(caller));
    const people = visible.flatMap(({ createdBy, released: given }) => [createdBy, given?.by]);
    return { body: { items: visible, ...(await namesFor(deps.store.db, people)) } };
  },
});

/** The open release that a reservation is for. @throws NOT_FOUND, REQUEST_INVALID */
async function holderOf(
  deps: RouteDeps,
  release: string | undefined,
  caller: Caller,
): Promise<{ owner: string; releaseId?: string; title?: string }> {
  if (release === undefined) return { owner: `person:${caller.grant.person}` };
  const found = await findRelease(deps.store.db, release);
  if (found.kind !== 'one') throw new GantryError('NOT_FOUND', { what: 'release', id: release });
  const { view } = found;
  if (view.ended)
    throw new GantryError('REQUEST_INVALID', {
      detail: `${releaseTitle(view.components)} has ended, and reserves nothing any more`,
    });
  const isVisible = visibleServices(caller);
  if (!view.components.every(({ service }) => isVisible(service)))
    throw new GantryError('NOT_FOUND', { what: 'release', id: release });
  return { owner: view.id, releaseId: view.id, title: releaseTitle(view.components) };
}

const make = route({
  method: 'post',
  path: '/v1/reservations',
  action: 'reservation.make',
  summary:
    'Reserve an environment, or services in it, for a time. Where somebody has it, the policy of the environment says: refused, or queued.',
  body: ReservationOrderSchema,
  example: {
    environment: 'staging',
    start: '2026-12-01T09:00:00Z',
    end: '2026-12-01T12:00:00Z',
    title: 'Load test',
    reason: 'load test before the sale',
  },
  answer: { status: 201, description: 'The reservation, and who is before it.', schema: MadeSchema },
  problems: [
    'NOT_FOUND',
    'IDEMPOTENCY_KEY_MISSING',
    'IDEMPOTENCY_KEY_REUSED',
    'SERVICE_UNKNOWN',
    'ENVIRONMENT_UNKNOWN',
    'RESERVATION_CONFLICT',
  ],
  subject: async ({ body }) => ({ value: undefined, object: aboutServices(body) }),
  async handle(call) {
    const { deps, caller, body, now, requestId } = call;
    const { environment, services, overlap } = body;
    if (Date.parse(body.end) <= now.getTime())
      throw new GantryError('REQUEST_INVALID', { detail: 'the time that it would be for is over' });
    const policy = (await currentPolicy(deps.store.db))?.policy;
    const place = policy?.environments.find(({ id }) => id === environment);
    if (!place) {
      const all = (policy?.environments ?? []).map(({ id }) => id).join(', ');
      throw new GantryError('ENVIRONMENT_UNKNOWN', { environment, known: all });
    }
    const known = (policy?.services ?? []).map(({ id }) => id);
    const service = services.find((one) => !known.includes(one));
    if (service !== undefined) throw new GantryError('SERVICE_UNKNOWN', { service, known: known.join(', ') });
    const holder = await holderOf(deps, body.release, caller);
    const { answer, replayed } = await once(deps.store.db, keyedRequest(call), now, async (trx) => {
      const { reservation, behind } = await makeReservation(trx, {
        ...originOf(caller, now, requestId, body.reason),
        reservation: {
          ...holder,
          title: body.title ?? holder.title ?? body.reason,
          environment,
          services: [...services].sort(),
          start: utc(body.start),
          end: utc(body.end),
          overlap,
        },
        mode: place.reservations ?? 'queue',
      });
      const names = await namesFor(
        trx,
        behind.map((one) => one.createdBy),
      );
      return { status: 201, body: { ...reservation, behind, ...names } };
    });
    return { body: answer.body, headers: replayHeader(replayed) };
  },
});

const end = route({
  method: 'delete',
  path: '/v1/reservations/{id}',
  action: 'reservation.make',
  summary: 'Release a reservation. Who is next in the queue gets it at once.',
  params: z.strictObject({ id: z.string().min(1).max(80) }),
  body: z.strictObject({ reason: ReasonSchema.optional() }).openapi('ReservationEnd'),
  example: { reason: 'done early' },
  answer: { status: 200, description: 'The reservation that has ended.', schema: ReservationSchema },
  problems: ['NOT_FOUND'],
  async subject({ deps, params }) {
    const value = await reservationById(deps.store.db, params.id);
    return { value, object: value ? aboutServices(value) : {} };
  },
  async handle({ deps, caller, params, body, now, requestId }, reservation) {
    if (!reservation) throw new GantryError('NOT_FOUND', { what: 'reservation', id: params.id });
    const origin = originOf(caller, now, requestId, body.reason);
    return { body: await releaseReservation(deps.store.db, { id: reservation.id, ...origin }) };
  },
});

export const reservationRoutes = [list, make, end];
