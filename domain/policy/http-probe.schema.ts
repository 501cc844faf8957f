import { z } from 'zod';

// Came after the first version of the format: optional, without defaults.

/** How an address is asked which version really runs. */
export const HttpProbeSchema = z.strictObject({
  url: z.string().min(1).describe('Address asked with GET; placeholders are allowed.'),
  headers: z
    .record(z.string(), z.string())
    .optional()
    .describe('Headers to send. A value `secret://NAME` is read from the worker’s environment.'),
  version: z
    .string()
    .startsWith('/', 'is not a JSON pointer: write one such as /version')
    .optional()
    .describe('JSON pointer to the version in the answer. Left out: /version.'),
  digest: z
    .string()
    .startsWith('/', 'is not a JSON pointer: write one such as /digest')
    .optional()
    .describe('JSON pointer to the digest in the answer. Left out: no digest is looked for.'),
});
export type HttpProbe = z.infer<typeof HttpProbeSchema>;
