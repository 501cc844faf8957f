import { z } from 'zod';
import { IdSchema } from './common.schema.ts';

// Came after the first version of the format: optional, without defaults.

export const RunnerSchema = IdSchema.describe(
  'Runner that deploys and checks here, from inside the network of the environment (`gantry worker --runner NAME`). Left out: any worker does.',
);

export const DriftSchema = z
  .enum(['stop', 'show'])
  .describe(
    'What happens before the first step where something else runs than the record says, or nobody can tell what runs: the release is held until a person has looked (stop), or it is only shown (show). Of a stage, or of the whole environment. Left out: nobody looks.',
  );
