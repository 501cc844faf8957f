import { z } from 'zod';
import { assurances } from '../gates/approvals/assurance.ts';
import { IdSchema } from '../policy/common.schema.ts';
import { MomentSchema, NameSchema, SentenceSchema } from './moment.schema.ts';

const ConditionFactSchema = z.strictObject({
  title: SentenceSchema,
  owner: IdSchema.describe('Person or team that is to do it.'),
  before: IdSchema.optional().describe('Environment of the stage that waits for it. Left out: this one.'),
  due: MomentSchema.optional(),
});

export const VoteFactSchema = z.strictObject({
  person: IdSchema,
  choice: z.enum(['approve', 'reject']),
  at: MomentSchema.optional().describe('When it was received. Left out: `now`.'),
  comment: SentenceSchema.optional(),
  assurance: z.enum(assurances).optional().describe('How sure one is of who it was. Left out: link.'),
  conditions: z
    .array(ConditionFactSchema)
    .max(50)
    .default([])
    .describe('What it is given under; they become tasks once the request is approved.'),
});

export const AbsenceFactSchema = z.strictObject({
  person: IdSchema,
  from: MomentSchema,
  until: MomentSchema,
  delegate: IdSchema.optional().describe('Who decides meanwhile. Left out: nobody, so backup groups do.'),
});

export const TaskFactSchema = z.strictObject({
  title: SentenceSchema,
  owner: IdSchema.describe('Person or team that it is with.'),
  before: IdSchema.optional().describe('Environment of the stage that waits for it. Left out: this one.'),
  due: MomentSchema.optional(),
  state: z.enum(['open', 'accepted', 'blocked', 'done', 'cancelled']).default('open'),
  acceptedBy: IdSchema.optional(),
  askedBy: IdSchema.optional(),
  reason: SentenceSchema.optional(),
});

export const PostponementFactSchema = z.strictObject({
  by: IdSchema,
  at: MomentSchema.optional().describe('When it was asked for. Left out: `now`.'),
  until: MomentSchema,
  reason: SentenceSchema.default('as tested'),
  lifted: z.strictObject({ by: IdSchema, at: MomentSchema }).optional(),
});

export const GlassFactSchema = z.strictObject({
  by: IdSchema,
  at: MomentSchema.optional().describe('Left out: `now`.'),
  reason: SentenceSchema.default('as tested'),
  incident: NameSchema,
});

/** A break-glass of one of the services that was to be reviewed. */
export const ReviewFactSchema = z.strictObject({
  service: IdSchema.optional().describe('Left out: the one that is released.'),
  dueAt: MomentSchema,
  doneAt: MomentSchema.optional().describe('Left out: nobody has reviewed it.'),
});

export const WaiverFactSchema = z.strictObject({
  check: IdSchema.describe('Id of a check of the stage.'),
  service: IdSchema.optional().describe('Left out: of every service that is released.'),
  by: IdSchema,
  reason: SentenceSchema.default('as tested here'),
  at: MomentSchema.optional().describe('Left out: `now`.'),
  expiresAt: MomentSchema,
  revoked: z
    .strictObject({ by: IdSchema, at: MomentSchema, reason: SentenceSchema.default('as tested here') })
    .optional()
    .describe('Who took it back before its end. Left out: nobody.'),
});
