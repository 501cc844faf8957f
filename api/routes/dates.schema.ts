import semver from 'semver';
import { milestoneKinds } from '../../domain/release/release.ts';
import { IdSchema } from '../../domain/policy/common.schema.ts';
import { PlannedInstantSchema, ReasonSchema, z } from './common.schema.ts';

const at = PlannedInstantSchema.optional().describe(
  'Start in the last environment at this instant, not before.',
);
const startBy = PlannedInstantSchema.optional().describe(
  'Start before this instant, else the release expires. Left out with `at`: an hour after it.',
);
const next = z.boolean().optional().describe('Take the next slot that fits.');

/** A start that is asked for lies before its latest. */
export const isInOrder = (body: { at?: string | undefined; startBy?: string | undefined }): boolean =>
  body.at === undefined || body.startBy === undefined || Date.parse(body.at) < Date.parse(body.startBy);

/** What is wrong with a start and a latest start that are not {@link isInOrder}. */
export const outOfOrder = {
  path: ['startBy'],
  message: 'is not after `at`: give a latest start after the start, or leave one of them out',
};

/** When a release is to start; nothing in it: as soon as it may. */
export const ScheduleSchema = z
  .strictObject({ at, startBy, next, reason: ReasonSchema.optional() })
  .refine(isInOrder, outOfOrder)
  .openapi('Schedule');

/** Nobody waits longer than a year for something to prove itself. */
const longestSoakMs = 366 * 24 * 3_600_000;

/** A delay has an end and a reason; for one without an end there is the hold. */
export const PostponeSchema = z
  .strictObject({
    until: PlannedInstantSchema.describe('Nothing starts before this instant.'),
    reason: ReasonSchema,
  })
  .openapi('Postponement');

/** What may be changed of a release that runs; what is left out stays. */
export const AmendSchema = z
  .strictObject({
    notes: z
      .string()
      .trim()
      .min(1)
      .max(2_000)
      .optional()
      .describe('What people should know; part of no approval.'),
    schedule: z
      .strictObject({ at, startBy, next })
      .refine(isInOrder, outOfOrder)
      .optional()
      .describe('When it is to start; nothing in it: as soon as it may.'),
    policy: z
      .literal('inForce')
      .optional()
      .describe('Follow the policy that is in force now: what is ahead is planned anew.'),
    reason: ReasonSchema.optional(),
  })
  .refine((body) => [body.notes, body.schedule, body.policy].some((part) => part !== undefined), {
    message: 'must name notes, schedule or policy',
  })
  .openapi('Amendment');

/** What must be there first: a version of a service in an environment, or another release. */
export const DependencySchema = z
  .discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('release'), releaseId: z.string().min(1).max(64) }),
    z.strictObject({
      kind: z.literal('version'),
      service: IdSchema,
      environment: IdSchema,
      atLeast: z
        .string()
        .max(100)
        .refine((text) => /^\d/.test(text) && semver.valid(text) !== null, 'must be a version such as 2.1.0'),
      state: z.enum(['deployed', 'verified', 'soaked']).default('deployed'),
      soakMs: z
        .number()
        .int()
        .min(0)
        .max(longestSoakMs)
        .optional()
        .describe('With `soaked`: how long it must have stood, milliseconds.'),
    }),
  ])
  .openapi('Dependency');

export const MilestoneSchema = z
  .strictObject({
    kind: z.enum(milestoneKinds),
    plannedAt: PlannedInstantSchema,
    owner: IdSchema.optional().describe('Person who is told when the date moves.'),
  })
  .openapi('Milestone');

/** What stands in the calendar for a release beside its own state; only where one release is shown. */
export const ReleasePlanSchema = z
  .object({
    reservations: z.array(
      z.object({
        id: z.string(),
        environment: z.string(),
        start: z.string(),
        end: z.string(),
        state: z.enum(['reserved', 'queued']),
      }),
    ),
    awaits: z.array(
      z.looseObject({
        number: z.number().int().describe('What drops it: POST …/drop-dependency.'),
        what: z.string(),
        state: z.enum(['met', 'waiting', 'failed']),
        because: z.string(),
        until: z.string().optional(),
        releaseId: z.string().optional().describe('The release that it is, or that brings it.'),
      }),
    ),
  })
  .describe('What it has reserved, and what it waits for.')
  .openapi('ReleasePlan');

const MilestonesSchema = z
  .array(MilestoneSchema)
  .max(milestoneKinds.length)
  .refine((all) => new Set(all.map(({ kind }) => kind)).size === all.length, 'must name each kind once');

/** Dates of milestones from now on; those that are left out stay. */
export const MilestonesBodySchema = z
  .strictObject({ milestones: MilestonesSchema.min(1), reason: ReasonSchema.optional() })
  .openapi('Milestones');

/** What the order of a release may say about time and company. */
export const dateFields = {
  at,
  startBy,
  next,
  urgent: ReasonSchema.optional().describe('Why it cannot wait: calendars treat it as a hotfix.'),
  needs: z.array(DependencySchema).max(20).optional(),
  milestones: MilestonesSchema.optional(),
};

/** The schedule that such an order has, if any. */
export function scheduleIn(body: {
  at?: string | undefined;
  startBy?: string | undefined;
  next?: boolean | undefined;
}): { schedule?: { at?: string; startBy?: string; next?: boolean } } {
  const schedule = {
    ...(body.at === undefined ? {} : { at: body.at }),
    ...(body.startBy === undefined ? {} : { startBy: body.startBy }),
    ...(body.next === undefined ? {} : { next: body.next }),
  };
  return Object.keys(schedule).length === 0 ? {} : { schedule };
}
