import { z } from 'zod';
import { webhookTypes } from '../webhooks/types.ts';

const secretReference = /^secret:\/\/[A-Za-z_][A-Za-z0-9_]*$/;

/** An address that is told what happens, in the manner of Standard Webhooks. */
export const WebhookSchema = z.strictObject({
  url: z
    .string()
    .regex(/^https?:\/\/[^\s{}]+$/, 'is not a web address: write one such as https://ops.example/gantry')
    .describe('Address that each message is posted to.'),
  secret: z
    .string()
    .regex(
      secretReference,
      'is not a reference to a secret: write secret://NAME, and set NAME for the worker',
    )
    .describe(
      'Key that messages are signed with, as `secret://NAME`: read from the worker’s environment, `whsec_…` or any text of 24 characters or more.',
    ),
  events: z
    .array(z.enum(webhookTypes))
    .min(1)
    .optional()
    .describe('Types of messages that it gets. Left out: all.'),
});
