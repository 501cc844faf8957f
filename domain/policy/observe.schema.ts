import { z } from 'zod';
import { PositiveDurationSchema } from './common.schema.ts';
import { MetricSchema } from './metric.schema.ts';

/** What `observe` says of the time after a release has ended; all of it optional and without a default. */
export const watchFields = {
  watch: PositiveDurationSchema.optional().describe(
    'How long a released version is watched after it has all traffic, such as 72h: its metrics are measured again and again, and it answers for incidents. Left out: it is not watched, and answers for incidents for 72 h.',
  ),
  interval: PositiveDurationSchema.optional().describe('Time between two looks of the watch. Left out: 30m.'),
  onRegression: z
    .enum(['propose', 'rollBack'])
    .optional()
    .describe(
      'What happens when the watch finds a regression: its people are told and may start a rollback (propose), or Gantry starts it where nothing speaks against it (rollBack). Left out: propose.',
    ),
  onlyWhen: z
    .array(MetricSchema)
    .min(1)
    .optional()
    .describe(
      'Metrics that must all pass before a look of the watch counts, such as the share of users who have the version.',
    ),
};
