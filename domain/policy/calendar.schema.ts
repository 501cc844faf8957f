import { z } from 'zod';
import { checkRule } from '../calendar/check-rule.ts';
import { actionClasses, type ActionClass, type CalendarRule, type CalendarScope } from '../calendar/model.ts';
import { DurationSchema, IdSchema, ZoneSchema } from './common.schema.ts';
import { durationMs } from './duration.ts';

/** Local date-time: without offset and zone, because the rule's zone stands beside it. */
const LocalSchema = z
  .string()
  .regex(
    /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2})?$/,
    'is not a local date and time: write 2026-11-26T09:00, without offset',
  );

export const ScopeSchema = z
  .strictObject({
    services: z.array(IdSchema).default([]).describe('Only these services. Left out: all.'),
    environments: z.array(IdSchema).default([]).describe('Only these environments. Left out: all.'),
    labels: z
      .array(IdSchema)
      .default([])
      .describe('Only services or environments that carry one of these labels. Left out: all.'),
  })
  .describe('What the rule is about. Left out: everything.');

const times = {
  zone: ZoneSchema.optional().describe('Zone of its local times. Left out: the organisation’s.'),
  start: LocalSchema.optional().describe('First local start, such as 2026-01-05T09:00.'),
  rrule: z
    .string()
    .max(400)
    .optional()
    .describe('How it comes again (RFC 5545), such as FREQ=WEEKLY;BYDAY=MO,TU. Left out: once.'),
  exdates: z.array(LocalSchema).max(400).optional().describe('Local starts that are left out.'),
  duration: DurationSchema.optional().describe('How long it lasts: 7h, or P1D for a day by the clock.'),
  endLocal: z
    .string()
    .optional()
    .describe(
      'Instead of a duration: the local time at which it ends, "04:00" on the next day if not later.',
    ),
  from: LocalSchema.optional().describe('A single time: its local start.'),
  to: LocalSchema.optional().describe('Its local end. Left out: without end.'),
};

const PassageSchema = z.enum(['allow', 'ask', 'deny']);

/** What both kinds of rule have in common is checked together, so that all mistakes come at once, and each once. */
const checked = <Shape extends z.ZodType<CalendarInput>>(shape: Shape) =>
  shape.superRefine((rule: CalendarInput, context) => {
    const isTold = (field: string): boolean => context.issues.some(({ path }) => path?.[0] === field);
    const objections = checkRule(timesOf(rule, rule.zone ?? 'UTC')).filter(({ field }) => !isTold(field));
    for (const { field, wrong, write } of objections)
      context.addIssue({ code: 'custom', path: [field], message: `${wrong}: write ${write}`, input: rule });
  });

/** A window or freeze as people write it in gantry.yaml or send it. */
export interface CalendarInput {
  id?: string | undefined;
  zone?: string | undefined;
  start?: string | undefined;
  rrule?: string | undefined;
  exdates?: string[] | undefined;
  duration?: string | undefined;
  endLocal?: string | undefined;
  from?: string | undefined;
  to?: string | undefined;
  scope?: CalendarScope | undefined;
  owner?: string | undefined;
  reason?: string | undefined;
  except?: ActionClass[] | undefined;
  actions?: Partial<Record<ActionClass, 'allow' | 'ask' | 'deny'>> | undefined;
  inFlight?: CalendarRule['inFlight'] | undefined;
  maxHold?: string | undefined;
}

/** When an environment or service may be released to. */
export const WindowSchema = checked(
  z.strictObject({
    id: IdSchema.optional().describe(
      'Name of the window, as sentences say it. Left out: made from its place.',
    ),
    ...times,
    scope: ScopeSchema.optional(),
    owner: IdSchema.optional().describe('Person who answers for it.'),
    reason: z.string().min(1).max(500).optional().describe('Why it is as it is.'),
  }),
);

/** When nothing may be released. */
export const FreezeSchema = checked(
  z.strictObject({
    id: IdSchema.describe('Name of the freeze, as sentences and overrides say it.'),
    ...times,
    scope: ScopeSchema.optional(),
    owner: IdSchema.optional().describe('Person who answers for it.'),
    reason: z.string().min(1).max(500).optional().describe('Why: shown to everybody whom it stops.'),
    except: z
      .array(z.enum(actionClasses))
      .optional()
      .describe('Kinds of release that pass it, such as hotfix.'),
    actions: z
      .partialRecord(z.enum(actionClasses), PassageSchema)
      .optional()
      .describe('What it means for a kind of release: allow, ask (somebody must override) or deny.'),
    inFlight: z
      .enum(['finish', 'pauseAtStep', 'abort'])
      .optional()
      .describe('What a release does that is between two steps when it begins. Left out: pauseAtStep.'),
    maxHold: DurationSchema.optional().describe(
      'How long a release may be left half way before people are asked. Left out: 4h.',
    ),
  }),
);

/** The rule that an entry stands for; what it leaves out is filled in from where it stands. */
export function ruleOf(
  entry: CalendarInput,
  place: {
    kind: CalendarRule['kind'];
    id: string;
    zone: string;
    scope: CalendarScope;
    origin: CalendarRule['origin'];
    revision: number;
  },
): CalendarRule {
  const passage = {
    ...Object.fromEntries((entry.except ?? []).map((one) => [one, 'allow' as const])),
    ...entry.actions,
  };
  return {
    id: place.id,
    kind: place.kind,
    ...timesOf(entry, entry.zone ?? place.zone),
    scope: entry.scope ?? place.scope,
    ...(entry.owner === undefined ? {} : { owner: entry.owner }),
    ...(entry.reason === undefined ? {} : { reason: entry.reason }),
    ...(Object.keys(passage).length === 0 ? {} : { passage }),
    ...(entry.inFlight === undefined ? {} : { inFlight: entry.inFlight }),
    ...(entry.maxHold === undefined ? {} : { maxHoldMs: durationMs(entry.maxHold) }),
    origin: place.origin,
    revision: place.revision,
  };
}

const timeFields = ['start', 'rrule', 'exdates', 'duration', 'endLocal', 'from', 'to'] as const;

const timesOf = (entry: CalendarInput, zone: string) => ({
  zone,
  ...Object.fromEntries(
    timeFields.flatMap((field) => (entry[field] === undefined ? [] : [[field, entry[field]]])),
  ),
});
