import { tooCostly } from '../../../domain/calendar/cost.ts';
import { evaluateCalendar } from '../../../domain/calendar/evaluate.ts';
import type { CalendarRule, CalendarScope } from '../../../domain/calendar/model.ts';
import { nextOccurrences } from '../../../domain/calendar/occurrences.ts';
import { scopeText, timesText } from '../../../domain/calendar/rule-words.ts';
import {
  FreezeSchema,
  ruleOf,
  WindowSchema,
  type CalendarInput,
} from '../../../domain/policy/calendar.schema.ts';
import { IdSchema, ZoneSchema } from '../../../domain/policy/common.schema.ts';
import { currentPolicy } from '../../../platform/record/policies.ts';
import { route, type RouteDeps } from '../../http/route.ts';
import { InstantSchema, z } from '../common.schema.ts';
import { ActionClassSchema, MomentSchema, OccurrenceSchema, utc } from './calendar.schema.ts';
import { requireKnownNames } from './known-names.ts';

export const everything: CalendarScope = { services: [], environments: [], labels: [] };

/** Zone of the organisation, in which local times are meant where a rule names none. */
const organisationZone = async (deps: Pick<RouteDeps, 'store'>): Promise<string> =>
  (await currentPolicy(deps.store.db))?.policy.organisation.zone ?? 'UTC';

const zoneData = (): string => process.versions['tz'] ?? 'unknown';

/** Recurrences in what somebody sent, before any of it is read: counting them must cost nothing. */
function rrulesIn(body: unknown): string[] {
  if (typeof body !== 'object' || body === null) return [];
  return ['windows', 'freezes'].flatMap((name) => {
    const list: unknown = Reflect.get(body, name);
    if (!Array.isArray(list)) return [];
    return list.flatMap((entry: unknown) => {
      const rrule: unknown =
        typeof entry === 'object' && entry !== null ? Reflect.get(entry, 'rrule') : undefined;
      return typeof rrule === 'string' ? [rrule] : [];
    });
  });
}

const EvaluationOrderSchema = z
  .strictObject({
    zone: ZoneSchema.optional().describe(
      'Zone of rules that name none, and of the sentence. Left out: the organisation’s.',
    ),
    windows: z.array(WindowSchema).max(200).default([]),
    freezes: z.array(FreezeSchema).max(200).default([]),
    now: MomentSchema.describe('The instant that is asked about.'),
    class: ActionClassSchema.default('planned').describe('Kind of action that wants to pass.'),
    service: IdSchema.optional().describe('Left out: rules count whatever service they are about.'),
    environment: IdSchema.optional().describe('Left out: rules count whatever environment they are about.'),
    labels: z
      .array(IdSchema)
      .max(50)
      .optional()
      .describe('Labels of service and environment. Left out: rules count whatever their labels.'),
    count: z.int().min(1).max(100).default(10).describe('How many occurrences of each rule.'),
  })
  .superRefine(({ windows, freezes }, context) => {
    const names = new Set<string>();
    for (const [list, rules] of [
      ['windows', windows],
      ['freezes', freezes],
    ] as const)
      for (const [index, { id }] of rules.entries()) {
        if (id === undefined) continue;
        if (names.has(id))
          context.addIssue({
            code: 'custom',
            path: [list, index, 'id'],
            message: 'stands here twice: write another name',
            input: id,
          });
        names.add(id);
      }
  })
  .openapi('CalendarEvaluationOrder');

const rulesOf = (
  kind: CalendarRule['kind'],
  entries: readonly CalendarInput[],
  zone: string,
): CalendarRule[] =>
  entries.map((entry, index) =>
    ruleOf(entry, {
      kind,
      id: entry.id ?? `${kind}-${index + 1}`,
      zone,
      scope: everything,
      origin: 'api',
      revision: 1,
    }),
  );

const evaluate = route({
  method: 'post',
  path: '/v1/calendar/evaluate',
  action: 'calendar.read',
  summary:
    'What any set of windows and freezes says at any instant. Nothing is read from the record, nothing is kept.',
  // Checking a rule expands it, so what is too much together is refused before the first is checked.
  body: z.preprocess((body, context) => {
    const message = tooCostly(rrulesIn(body));
    if (message !== undefined) context.addIssue({ code: 'custom', message, input: body });
    return body;
  }, EvaluationOrderSchema),
  example: {
    zone: 'Europe/Berlin',
    windows: [
      { id: 'night', start: '2026-01-05T22:00', rrule: 'FREQ=WEEKLY;BYDAY=MO,TU,WE,TH', duration: 'PT6H' },
    ],
    freezes: [{ id: 'black-friday', from: '2026-11-26T00:00', to: '2026-12-01T00:00' }],
    now: '2026-10-23T20:00:00Z',
  },
  answer: {
    status: 200,
    description: 'What it says, and the next times of each rule.',
    schema: z
      .object({
        open: z.boolean(),
        passage: z
          .enum(['allow', 'ask', 'wait', 'deny'])
          .describe('What the strictest rule that shuts means for this class.'),
        because: z.string(),
        nextOpening: InstantSchema.nullable().describe(
          '`now` where it is open; null: none known within 400 days.',
        ),
        nextClose: InstantSchema.nullable().describe('End of that opening; null: none within 400 days.'),
        occurrences: z.array(OccurrenceSchema),
        zoneData: z.string().describe('Version of the zone data, such as 2026a.'),
      })
      .openapi('CalendarEvaluation'),
  },
  async handle({ deps, body }) {
    const zone = body.zone ?? (await organisationZone(deps));
    const { service, environment, labels } = body;
    const evaluation = evaluateCalendar({
      rules: [...rulesOf('window', body.windows, zone), ...rulesOf('freeze', body.freezes, zone)],
      actionClass: body.class,
      about: {
        ...(service === undefined ? {} : { service }),
        ...(environment === undefined ? {} : { environment }),
        ...(labels === undefined ? {} : { labels }),
      },
      now: utc(body.now),
      zone,
      count: body.count,
    });
    return { body: { ...evaluation, zoneData: zoneData() } };
  },
});

const PreviewOrderSchema = z
  .strictObject({
    window: WindowSchema.optional(),
    freeze: FreezeSchema.optional(),
    from: MomentSchema.optional().describe('From when on. Left out: now.'),
    count: z.int().min(1).max(100).default(10),
  })
  .refine(
    ({ window, freeze }) => (window === undefined) !== (freeze === undefined),
    'needs either a window or a freeze',
  )
  .openapi('CalendarPreviewOrder');

const preview = route({
  method: 'post',
  path: '/v1/calendar/preview',
  action: 'calendar.read',
  summary:
    'When a window or freeze that is not saved would hold: its next ten times, with what clock changes make of them.',
  body: PreviewOrderSchema,
  example: {
    window: { start: '2026-01-05T02:30', rrule: 'FREQ=DAILY', duration: '1h', zone: 'Europe/Berlin' },
  },
  answer: {
    status: 200,
    description: 'The rule in words, and its next times.',
    schema: z
      .object({
        when: z.string(),
        about: z.string(),
        zone: z.string(),
        occurrences: z.array(OccurrenceSchema),
        zoneData: z.string(),
      })
      .openapi('CalendarPreview'),
  },
  problems: ['CALENDAR_RULE_INVALID'],
  async handle({ deps, body, now }) {
    const kind = body.freeze ? 'freeze' : 'window';
    const policy = (await currentPolicy(deps.store.db))?.policy;
    const [rule] = rulesOf(kind, [body.freeze ?? body.window ?? {}], policy?.organisation.zone ?? 'UTC');
    if (!rule) throw new Error('one entry makes one rule');
    requireKnownNames(policy, rule);
    const from = body.from === undefined ? now.toISOString() : utc(body.from);
    return {
      body: {
        when: timesText(rule),
        about: scopeText(rule.scope),
        zone: rule.zone,
        occurrences: nextOccurrences(rule, from, body.count).map((one) => ({ ...one, kind })),
        zoneData: zoneData(),
      },
    };
  },
});

export const evaluationRoutes = [evaluate, preview];
