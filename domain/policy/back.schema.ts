import { z } from 'zod';

/** What follows on a rollback in a stage; it came after the first version, so it is optional and has no default. */
export const AfterRollbackSchema = z.strictObject({
  quarantine: z
    .enum(['automatic', 'offer'])
    .optional()
    .describe(
      'What becomes of a version that was rolled back: it is quarantined everywhere at once (automatic), or people are offered to do so (offer). Left out: offer.',
    ),
});
