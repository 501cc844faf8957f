import { z } from 'zod';

/** A secret of the worker by its name: values never stand in gantry.yaml (trust §6). */
const SecretReferenceSchema = z
  .string()
  .regex(
    /^secret:\/\/[A-Za-z_][A-Za-z0-9_]*$/,
    'is no reference to a secret: write secret://NAME and give the worker the variable NAME',
  );

/** How the worker shows who it is; exactly one of the two (`POLICY_METRIC_INVALID`). */
const SourceAuthSchema = z.strictObject({
  basic: z
    .strictObject({
      user: z
        .string()
        .min(1)
        .regex(/^[^:]+$/, 'has a colon: a user name of basic authentication may not')
        .describe('Name of the user.'),
      password: SecretReferenceSchema.describe('Reference to a secret of the worker.'),
    })
    .optional()
    .describe('User name and password.'),
  bearer: SecretReferenceSchema.optional().describe('Reference to a token, sent as `Authorization: Bearer`.'),
});

/** Settings that every source behind an address has; absent: nobody is asked for, the roots of the system are trusted. */
export const sourceSettings = {
  auth: SourceAuthSchema.optional().describe(
    'How the worker shows who it is: `basic` or `bearer`, always with references to secrets of the worker.',
  ),
  ca: z
    .string()
    .regex(/^\//, 'is no whole path: write one from the root of the worker, such as /etc/ssl/acme-ca.pem')
    .optional()
    .describe(
      'File on the worker with the certificates (PEM) that are trusted for this source, in place of those of the system.',
    ),
};
