import { IdSchema } from '../../domain/policy/common.schema.ts';
import { doneAlready, type Wanted } from '../../domain/trains/done-already.ts';
import { GantryError } from '../../platform/errors.ts';
import {
  departuresOf,
  listTrains,
  trainById,
  type DepartureRecord,
  type TrainRecord,
} from '../../platform/record/calendar/trains.ts';
import { trainWorkflowId, type TrainCommand, type TrainCommandName } from '../../workflows/contract-train.ts';
import { namesFor, personNames } from '../../platform/record/person-names.ts';
import type { Caller } from '../auth/caller.ts';
import { visibleServices } from '../auth/narrowed-to.ts';
import type { ApiDeps } from '../deps.ts';
import { givenKey } from '../http/idempotency-key.ts';
import { route, type Call } from '../http/route.ts';
import { commandIdOf } from '../releases.ts';
import { steerTrain } from '../steer-train.ts';
import { trainNow } from '../train-now.ts';
import { NamesSchema, PlannedInstantSchema, ReasonSchema, z } from './common.schema.ts';

const params = z.strictObject({ id: IdSchema });

const TrainSchema = z
  .looseObject({
    id: z.string(),
    captain: z.string(),
    to: z.string(),
    headline: z.string(),
    departures: z.array(z.looseObject({ number: z.number(), departsAt: z.string(), state: z.string() })),
    names: NamesSchema,
    note: z.string().optional().describe('Of a command: why there was nothing to do.'),
  })
  .openapi('Train');

const list = route({
  method: 'get',
  path: '/v1/trains',
  action: 'calendar.read',
  summary: 'Trains of the policy, with their next departure.',
  answer: { status: 200, description: 'Trains, by id.', schema: z.object({ items: z.array(TrainSchema) }) },
  async handle({ deps, caller }) {
    const trains = (await listTrains(deps.store.db)).filter(isShownTo(caller));
    return { body: { items: await Promise.all(trains.map((train) => trainShown(deps, train, caller))) } };
  },
});

const show = route({
  method: 'get',
  path: '/v1/trains/{id}',
  action: 'calendar.read',
  summary: 'One train, with its last departures.',
  params,
  answer: { status: 200, description: 'The train.', schema: TrainSchema },
  problems: ['NOT_FOUND'],
  async handle({ deps, caller, params: { id } }) {
    const train = await trainOf(deps, id);
    if (!isShownTo(caller)(train)) throw new GantryError('NOT_FOUND', { what: 'train', id });
    return { body: await trainShown(deps, train, caller) };
  },
});

async function trainOf(deps: ApiDeps, id: string): Promise<TrainRecord> {
  const train = await trainById(deps.store.db, id);
  if (!train || train.retiredAt !== undefined) throw new GantryError('NOT_FOUND', { what: 'train', id });
  return train;
}

/** Whether a train may carry something that this caller may see. */
export const isShownTo = (caller: Pick<Caller, 'grant'>) => {
  const isVisible = visibleServices(caller);
  return ({ definition }: TrainRecord): boolean =>
    definition.services.some(({ service }) => isVisible(service));
};

/**
 * The train as recorded; what its workflow says on top, where it answers. Who may not see all that it may carry is told neither who else rides
 * or stays behind, nor sentences that may name them, such as why one is banned.
 */
export async function trainShown(
  deps: ApiDeps,
  { definition, state, because }: TrainRecord,
  caller: Pick<Caller, 'grant'>,
) {
  const nameOf = await personNames(deps.store.db);
  const departures: DepartureRecord[] = await departuresOf(deps.store.db, {
    train: definition.id,
    limit: 10,
  });
  const live = await trainNow(deps, definition.id);
  const hold = live?.hold;
  const isVisible = visibleServices(caller);
  const isWhole = definition.services.every(({ service }) => isVisible(service));
  // The workflow knows people by their ids alone.
  const headline = hold
    ? `Held by ${nameOf(hold.by)}: ${hold.reason}`
    : ((isWhole ? (live?.headline ?? because) : undefined) ?? `Is ${state}.`);
  const names = await namesFor(deps.store.db, [definition.captain, hold?.by]);
  return {
    ...definition,
    ...{ state, headline },
    ...(live?.next ? { next: live.next } : {}),
    departures: isWhole ? departures : departures.map((one) => departureOf(isVisible, one)),
    ...names,
  };
}

function departureOf(isVisible: (service: string) => boolean, whole: DepartureRecord): DepartureRecord {
  const isShown = ({ service }: { service: string }): boolean => isVisible(service);
  const shown = {
    ...whole,
    boarded: whole.boarded.filter(isShown),
    leftBehind: whole.leftBehind.filter(isShown),
  };
  delete shown.because;
  return shown;
}

interface Steering {
  name: TrainCommandName;
  summary: string;
  body: z.ZodType<TrainOrder>;
}

interface TrainOrder {
  reason: string;
  until?: string | undefined;
  departure?: number | undefined;
}

const reason = ReasonSchema;
const plain = z.strictObject({ reason });
const departure = z
  .number()
  .int()
  .min(1)
  .optional()
  .describe('Number of the departure that is meant: refused where another one is next by now.');
const aboutNext = z.strictObject({ reason, departure });

const steering = ({ name, summary, body }: Steering) =>
  route({
    method: 'post',
    path: `/v1/trains/{id}/${name}`,
    action: 'train.steer',
    summary,
    params,
    body,
    example:
      name === 'delay'
        ? { until: '2026-12-01T15:00:00Z', reason: 'wait for the fix' }
        : { reason: 'nobody is here' },
    answer: { status: 200, description: 'The train after it.', schema: TrainSchema },
    problems: ['NOT_FOUND', 'COMMAND_NOT_POSSIBLE', 'TRAIN_NOT_STARTED', 'TEMPORAL_UNREACHABLE'],
    handle: async (call) => steer(call, name),
  });

async function steer(
  { deps, params: { id }, body, caller, req, requestId }: Call<{ id: string }, unknown, TrainOrder>,
  name: TrainCommandName,
) {
  await trainOf(deps, id);
  const note = await standsSo(deps, id, { name, ...body });
  if (note !== undefined)
    return { body: { ...(await trainShown(deps, await trainOf(deps, id), caller)), note } };
  const key = givenKey(req);
  // a key that comes with something else is another command, for what came first is no answer to it; with other words it is the same
  const meant = JSON.stringify({ departure: body.departure, until: body.until });
  const commandId = commandIdOf(`${trainWorkflowId(id)} ${meant}`, name, {
    by: caller.actor,
    ...(key === undefined ? {} : { key }),
  });
  const command: TrainCommand = {
    name,
    by: caller.actor,
    reason: body.reason,
    commandId,
    requestId,
    ...(body.until === undefined ? {} : { until: body.until }),
    ...(body.departure === undefined ? {} : { departure: body.departure }),
  };
  await steerTrain(deps, id, command);
  return { body: await trainShown(deps, await trainOf(deps, id), caller) };
}

/** So long, in milliseconds, it is asked how it stands before it is told. */
const standsMs = 2_000;

/** What whoever steers is told where the train stands so already. One that does not answer now is told all the same, and refuses what makes no sense. */
async function standsSo(deps: ApiDeps, train: string, wanted: Wanted): Promise<string | undefined> {
  const { db } = deps.store;
  const live = await trainNow(deps, train, standsMs);
  if (!live) return undefined;
  const departures = await departuresOf(db, { train, limit: 10 });
  const skipped = departures.flatMap(({ number, state }) => (state === 'skipped' ? [number] : []));
  return doneAlready(wanted, { train, hold: live.hold, next: live.next, skipped }, await personNames(db));
}

export const trainRoutes = [
  list,
  show,
  steering({ name: 'skip', summary: 'Leave out the next departure; the rhythm stays.', body: aboutNext }),
  steering({
    name: 'delay',
    summary: 'Let the next departure leave later.',
    body: z.strictObject({ until: PlannedInstantSchema, reason, departure }),
  }),
  steering({ name: 'hold', summary: 'Let nothing depart until somebody resumes it.', body: plain }),
  steering({ name: 'resume', summary: 'Start a train that was held or stopped.', body: plain }),
  steering({
    name: 'leave',
    summary: 'Depart without the required services that are not ready.',
    body: aboutNext,
  }),
];
