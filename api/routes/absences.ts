import { IdSchema } from '../../domain/policy/common.schema.ts';
import { absencesAhead, type AbsenceRow } from '../../platform/record/absences.ts';
import { once } from '../../platform/record/idempotency.ts';
import { namesFor } from '../../platform/record/person-names.ts';
import { checkedAbsence, takeAbsence, takeBackAbsence } from '../absences.ts';
import { keyedRequest, replayHeader } from '../http/idempotency-key.ts';
import { route } from '../http/route.ts';
import { InstantSchema, NamesSchema, z } from './common.schema.ts';

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
    const { deps, body, now } = call;
    const absence = await checkedAbsence(deps, body, call);
    const { answer, replayed } = await once(deps.store.db, keyedRequest(call), now, async (trx) => {
      const made = await takeAbsence(trx, absence, call);
      return { status: 201, body: { ...made, ...(await namesFor(trx, mentioned(made))) } };
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
  async handle(call) {
    const { db } = call.deps.store;
    const ended = await takeBackAbsence(db, call.params.id, call);
    return { body: { ...ended, ...(await namesFor(db, mentioned(ended))) } };
  },
});

/** Whom an absence is about. */
const mentioned = ({ person, delegate, createdBy }: AbsenceRow): (string | undefined)[] => [
  person,
  delegate,
  createdBy,
];

export const absenceRoutes = [list, add, end];
