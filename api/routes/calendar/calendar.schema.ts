import { actionClasses } from '../../../domain/calendar/model.ts';
import { ScopeSchema } from '../../../domain/policy/calendar.schema.ts';
import { IdSchema } from '../../../domain/policy/common.schema.ts';
import { InstantSchema, isInKnownYears, NamesSchema, outsideKnownYears, z } from '../common.schema.ts';

export const ActionClassSchema = z.enum(actionClasses);

/** An instant as people send it: with any offset, within the years that zones are known for. */
export const MomentSchema = z.iso
  .datetime({ offset: true })
  .refine(isInKnownYears, outsideKnownYears)
  .describe('RFC 3339, with Z or an offset.');

/** Such an instant in UTC. */
export const utc = (moment: string): string => new Date(moment).toISOString();

export const ruleParams = z.strictObject({
  id: IdSchema.or(z.string().regex(/^[A-Za-z0-9_.-]{1,80}$/)).describe('Name of the rule.'),
});

export const OccurrenceSchema = z
  .object({
    ruleId: z.string(),
    kind: z.enum(['window', 'freeze']),
    start: InstantSchema,
    end: InstantSchema.optional().describe('Left out: without end.'),
    localStart: z.string(),
    localEnd: z.string().optional(),
    marks: z
      .array(z.enum(['shifted', 'repeated', 'vanished']))
      .describe(
        'What a clock change made of it: moved out of a gap, met an hour that comes twice, left no time.',
      ),
  })
  .openapi('Occurrence');

/** A window or freeze as it is shown, with its story and its next times. */
export const RuleSchema = z
  .object({
    id: z.string(),
    kind: z.enum(['window', 'freeze']),
    origin: z.enum(['policy', 'api']).describe('Made by gantry.yaml, where alone it is changed, or here.'),
    revision: z.number().int(),
    zone: z.string(),
    start: z.string().optional(),
    rrule: z.string().optional(),
    exdates: z.array(z.string()).optional(),
    duration: z.string().optional(),
    endLocal: z.string().optional(),
    from: z.string().optional(),
    to: z.string().optional(),
    scope: ScopeSchema,
    about: z.string().describe('The scope in words.'),
    when: z.string().describe('The times in words.'),
    owner: z.string().optional(),
    reason: z.string().optional(),
    passage: z.partialRecord(ActionClassSchema, z.enum(['allow', 'ask', 'wait', 'deny'])).optional(),
    inFlight: z.enum(['finish', 'pauseAtStep', 'abort']).optional(),
    maxHoldMs: z.number().int().optional(),
    stopTheLine: z.boolean().optional(),
    effectiveFrom: InstantSchema.optional().describe('A freeze counts from here on.'),
    createdAt: InstantSchema,
    createdBy: z.string(),
    changedAt: InstantSchema,
    changedBy: z.string(),
    retired: z.object({ at: InstantSchema, by: z.string(), reason: z.string() }).optional(),
    next: z
      .array(OccurrenceSchema)
      .describe('The next times from now on: ten of one rule, three of each in a list.'),
    names: NamesSchema,
    changed: z.literal(false).optional().describe('It was so already: nothing has changed.'),
    note: z.string().optional().describe('Since when it is so, by whom and why.'),
    wrong: z.string().optional().describe('Why it cannot be evaluated: then it shuts whatever it is about.'),
  })
  .openapi('CalendarRule');
