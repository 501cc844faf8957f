import { z } from 'zod';
import { IdSchema } from '../policy/common.schema.ts';
import { MomentSchema, NameSchema, SentenceSchema } from './moment.schema.ts';

const OutcomeSchema = z.enum(['passed', 'failed', 'error', 'inconclusive']);

/** What sampled checks said, sample by sample; when each was taken follows from the settings of the stage. */
export const SamplesFactSchema = z.strictObject({
  openedAt: MomentSchema.describe(
    'When the gate was opened: `delay`, `interval` and `timeout` count from it.',
  ),
  taken: z
    .array(z.record(IdSchema, OutcomeSchema))
    .max(10_000)
    .describe(
      'One entry a sample, in their order: what each sampled check said in it. A check that an entry does not name could not tell.',
    ),
});

const BuildFactSchema = z.strictObject({
  service: IdSchema,
  version: NameSchema,
  digest: NameSchema.optional(),
  commit: NameSchema.optional(),
});

/** One deployment that the record knows of; of several components of one release, all in one entry. */
/** A team has said that it runs there. Going back from or to that asks people (semantics §7, "Freeze, approvals"). */
export const AdoptedSchema = z
  .boolean()
  .optional()
  .describe(
    'Nobody released it: a team recorded that it runs there (`gantry adopt`). Left out: it was released.',
  );

export const DeploymentFactSchema = z.strictObject({
  environment: IdSchema,
  builds: z.array(BuildFactSchema).min(1).max(50).describe('What one release brought there together.'),
  status: z
    .enum(['running', 'succeeded', 'rolledBack', 'failed', 'left'])
    .default('succeeded')
    .describe('How it ended: `succeeded` is verified and healthy.'),
  startedAt: MomentSchema.optional().describe('Left out: when it ended.'),
  endedAt: MomentSchema.describe('When it ended; of one that runs, now.'),
  adopted: AdoptedSchema,
});

/** Whether what one would go back to can still be had. */
export const ArtifactFactSchema = z.strictObject({
  service: IdSchema,
  version: NameSchema,
  isThere: z.boolean(),
});

export const RehearsalFactSchema = z.strictObject({
  ...BuildFactSchema.shape,
  environment: IdSchema,
  at: MomentSchema,
  passed: z.boolean().default(true),
});

/** A ban on a build, with everybody who agreed to lift it. */
export const QuarantineFactSchema = z.strictObject({
  digest: NameSchema.optional(),
  service: IdSchema.optional(),
  version: NameSchema.optional(),
  by: IdSchema,
  reason: SentenceSchema,
  at: MomentSchema.optional().describe('Left out: `now`.'),
  lifts: z
    .array(
      z.strictObject({
        by: IdSchema,
        reason: SentenceSchema.default('as tested'),
        at: MomentSchema.optional(),
      }),
    )
    .max(10)
    .default([])
    .describe('Who has agreed to lift it; two people do, one of them not who set it.'),
});
