import { IdSchema } from '../../domain/policy/common.schema.ts';
import type { NameOf } from '../../domain/release/names.ts';
import { GantryError } from '../../platform/errors.ts';
import {
  absenceById,
  absencesAhead,
  addAbsence,
  endAbsence,
  type AbsenceRow,
} from '../../platform/record/absences.ts';
import { absenceWarnings } from '../../platform/record/absence-warnings.ts';
import { once } from '../../platform/record/idempotency.ts';
import { namesFor, personNames } from '../../platform/record/person-names.ts';
import type { Caller } from '../auth/caller.ts';
import { knownPerson } from '../auth/people.ts';
import { keyedRequest, replayHeader } from '../http/idempotency-key.ts';
import { route, type RouteDeps } from '../http/route.ts';
import { InstantSchema, NamesSchema, z } from './common.schema.ts';

const longestMs = 366 * 86_400_000;

const NewAbsenceSchema = z
  .strictObject({
    person: IdSchema.optional().describe('Who is away; another than yourself needs the access operator.'),
    from: InstantSchema.optional().describe('Left out: now.'),
    until: InstantSchema.describe('When it ends, at most a year later.'),
    delegate: IdSchema.optional().describe(
      'Who decides meanwhile, where an approval rule names that person as its backup.',
    ),
  })
  .openapi('NewAbsence');

const AbsenceSchema = z
  .object({
    id: z.string(),
    person: z.string(),
    from: InstantSchema,
    until: InstantSchema,
    delegate: z.string().optional(),
    createdBy: z.string(),
    createdAt: InstantSchema,
    endedAt: InstantSchema.optional(),
    names: NamesSchema,
  })
  .openapi('Absence');

const NewAnswerSchema = AbsenceSchema.extend({
  warnings: z
    .array(
      z.object({
        because: z.string(),
        remedy: z.string(),
        release: z
          .object({ id: z.string(), title: z.string(), environment: z.string() })
          .optional()
          .describe(
            'Of which nobody could approve this stage meanwhile; left out: it is about the delegate.',
          ),
      }),
    )
    .optional()
    .describe('What should be seen to before the absence begins; left out: nothing.'),
}).openapi('AbsenceAdded');

const list = route({
  method: 'get',
  path: '/v1/absences',
  action: 'absence.list',
  summary: 'Who is away now, and who will be, with who decides meanwhile.',
  query: z.strictObject({ person: IdSchema.optional() }),
  answer: {
    status: 200,
    description: 'Absences that are not over, those that begin first before the others.',
    schema: z.object({ items: z.array(AbsenceSchema), names: NamesSchema }).openapi('AbsenceList'),
  },
  async handle({ deps, query, now }) {
    const ahead = await absencesAhead(deps.store.db, now.toISOString());
    const items = ahead.filter(({ person }) => query.person === undefined || person === query.person);
    return { body: { items, ...(await namesFor(deps.store.db, items.flatMap(mentioned))) } };
  },
});

const add = route({
  method: 'post',
  path: '/v1/absences',
  action: 'absence.manage',
  summary: 'Say that you are away, and who decides meanwhile. It counts for requests that open from then on.',
  body: NewAbsenceSchema,
  example: { until: '2027-01-04T08:00:00Z', delegate: 'ben' },
  answer: {
    status: 201,
    description: 'The absence, with what should be seen to before it begins.',
    schema: NewAnswerSchema,
  },
  problems: [
    'IDEMPOTENCY_KEY_MISSING',
    'IDEMPOTENCY_KEY_REUSED',
    'NOT_FOUND',
    'ABSENCE_INVALID',
    'ABSENCE_OVERLAPS',
  ],
  async handle(call) {
    const { deps, body, caller, now, requestId } = call;
    const at = now.toISOString();
    const person = body.person ?? caller.grant.person;
    const nameOf = await personNames(deps.store.db);
    requireOwn(caller, person, nameOf);
    await requirePerson(deps, person);
    if (body.delegate !== undefined) await requirePerson(deps, body.delegate);
    const wanted = {
      person,
      from: new Date(body.from ?? at).toISOString(),
      until: new Date(body.until).toISOString(),
      ...(body.delegate === undefined ? {} : { delegate: body.delegate }),
    };
    refuseInvalid(wanted, now, nameOf);
    const { answer, replayed } = await once(deps.store.db, keyedRequest(call), now, async (trx) => {
      const others = await absencesAhead(trx, at);
      const made = await addAbsence(trx, { ...wanted, by: caller.actor, at, requestId });
      const warnings = await absenceWarnings(trx, { absence: wanted, others, now: at });
      const names = await namesFor(trx, mentioned(made));
      return { status: 201, body: { ...made, ...names, ...(warnings.length > 0 ? { warnings } : {}) } };
    });
    return { body: answer.body, headers: replayHeader(replayed) };
  },
});

const end = route({
  method: 'delete',
  path: '/v1/absences/{id}',
  action: 'absence.manage',
  summary: 'End an absence now, or take it back before it begins.',
  params: z.strictObject({ id: z.string().min(1).max(64) }),
  answer: { status: 200, description: 'The absence that has ended.', schema: AbsenceSchema },
  problems: ['NOT_FOUND'],
  async handle({ deps, caller, params: { id }, now, requestId }) {
    const known = await absenceById(deps.store.db, id);
    if (!known) throw new GantryError('NOT_FOUND', { what: 'absence', id });
    requireOwn(caller, known.person, await personNames(deps.store.db));
    const told = { by: caller.actor, at: now.toISOString(), requestId };
    const ended = (await endAbsence(deps.store.db, { id, ...told })) ?? known;
    return { body: { ...ended, ...(await namesFor(deps.store.db, mentioned(ended))) } };
  },
});

/** Whom an absence is about. */
const mentioned = ({ person, delegate, createdBy }: AbsenceRow): (string | undefined)[] => [
  person,
  delegate,
  createdBy,
];

/** @throws NOT_ALLOWED for the absence of somebody else, without the access operator or admin */
function requireOwn({ grant }: Caller, person: string, nameOf: NameOf): void {
  const holds = (access: readonly string[]) => access.includes('operator') || access.includes('admin');
  if (person === grant.person) return;
  if (holds(grant.access) && (grant.token === undefined || holds(grant.token.access))) return;
  throw new GantryError('NOT_ALLOWED', {
    person: grant.person,
    detail: `the absence of ${nameOf(person)} is theirs, or needs the access operator`,
  });
}

async function requirePerson(deps: RouteDeps, id: string): Promise<void> {
  if ((await knownPerson(deps, id))?.person === undefined)
    throw new GantryError('NOT_FOUND', { what: 'person', id });
}

/** @throws ABSENCE_INVALID */
function refuseInvalid(
  { person, from, until, delegate }: Omit<AbsenceRow, 'id' | 'createdBy' | 'createdAt'>,
  now: Date,
  nameOf: NameOf,
): void {
  const [start, stop] = [Date.parse(from), Date.parse(until)];
  const refuse = (detail: string, fix: string): never => {
    throw new GantryError('ABSENCE_INVALID', { detail, fix });
  };
  if (stop <= start) refuse('it ends before it begins', 'Give an `until` that is after `from`.');
  if (stop <= now.getTime())
    refuse('it is over already', 'Give an `until` that is ahead: what is over changes no request.');
  if (stop - start > longestMs)
    refuse(
      'it lasts longer than a year',
      'Give an end within a year, and another absence later; whoever has left is taken out of `people` in gantry.yaml.',
    );
  if (delegate === person)
    refuse(
      `${nameOf(person)} cannot stand in for ${nameOf(person)}`,
      'Name somebody else, or leave the delegate out: then the backup group of a rule is asked.',
    );
}

export const absenceRoutes = [list, add, end];
