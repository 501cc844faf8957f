import { z } from 'zod';
import { CommandCheckSchema, HttpCheckSchema } from './check.schema.ts';
import { IdSchema } from './common.schema.ts';
import { parseDuration } from './duration.ts';

/** A pause, or `manual`: until a person goes on. */
export const HoldSchema = z
  .string()
  .refine((text) => text === 'manual' || parseDuration(text) !== undefined, {
    error: 'is neither a duration nor manual: write 30s, 5m, 1h30m, 3d, PT5M or manual',
    params: { problem: 'POLICY_DURATION_INVALID' },
  });

const WaveSchema = z.strictObject({
  size: z
    .number()
    .int()
    .min(1)
    .optional()
    .describe('How many targets it takes, side by side. Left out, in the last wave only: all that are left.'),
  hold: HoldSchema.optional().describe(
    'Pause, under analysis, before the next wave; `manual`: until a person goes on. Left out: none.',
  ),
});

const BatchesSchema = z
  .strictObject({
    kind: z
      .literal('batches')
      .describe('Wave by wave to named targets, such as regions, clusters or tenants.'),
    targets: z
      .array(IdSchema)
      .min(2)
      .max(200)
      .describe('Names of the targets, in the order in which they are deployed to.'),
    waves: z
      .array(WaveSchema)
      .min(1)
      .optional()
      .describe(
        'Waves in their order; together they take every target once. Left out: one target after the other.',
      ),
    maxFailures: z
      .number()
      .int()
      .min(1)
      .optional()
      .describe('How many targets that fail end the rollout, and send it back. Left out: 1.'),
  })
  .meta({ title: 'Rollout of kind batches' });

const BlueGreenSchema = z
  .strictObject({
    kind: z
      .literal('blueGreen')
      .describe('Beside what runs; tested there, then all traffic is switched at once.'),
    test: z
      .discriminatedUnion('kind', [CommandCheckSchema, HttpCheckSchema])
      .optional()
      .describe('Check of the new version before traffic is switched to it. Left out: none.'),
    hold: HoldSchema.optional().describe(
      'Pause before the switch; `manual`: until a person goes on. Left out: none.',
    ),
    keep: HoldSchema.optional().describe(
      'How long the old version is kept beside it after the switch, under analysis, before it is taken away; `manual`: until a person goes on. Left out: 1h.',
    ),
  })
  .meta({ title: 'Rollout of kind blueGreen' });

/** How a version comes out where it is neither at once nor by shares of traffic. */
export const RolloutSchema = z.discriminatedUnion('kind', [BatchesSchema, BlueGreenSchema]);
export type RolloutSettings = z.infer<typeof RolloutSchema>;
