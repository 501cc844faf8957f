import { z } from 'zod';
import { DurationSchema, IdSchema } from './common.schema.ts';

const common = {
  id: IdSchema,
  timeout: DurationSchema.default('15m').describe('How long one attempt may run.'),
  attempts: z.number().int().min(1).max(10).default(2).describe('Attempts when the check could not tell (crash, time-out, exit 75). A plain failure is never repeated by itself.'),
  required: z.boolean().default(true).describe('A failure of a required check stops its siblings and shuts the gate; any other is only reported.'),
};

export const CommandCheckSchema = z.strictObject({
  ...common,
  kind: z.literal('command'),
  run: z.array(z.string().min(1)).min(1).describe('File and arguments, no shell. Placeholders such as {{version}} fill whole arguments or parts of one.'),
  environment: z.array(z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/)).default([]).describe('Variables handed on from the worker; nothing else is inherited.'),
  secrets: z.array(z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/)).default([]).describe('Like environment, and masked wherever output is shown. At least 8 characters long.'),
  report: z.strictObject({ junit: z.string().optional(), sarif: z.string().optional() }).default({}).describe('Report files, relative to the working folder.'),
  fail: z.strictObject({ level: z.enum(['error', 'warning', 'note']) }).optional().describe('SARIF findings of this level or worse fail the check.'),
});

export const HttpCheckSchema = z.strictObject({
  ...common,
  kind: z.literal('http'),
  url: z.string().min(1).describe('Address asked; placeholders are allowed.'),
  method: z.enum(['GET', 'POST', 'HEAD']).default('GET'),
  headers: z.record(z.string(), z.string()).default({}).describe('A value secret://NAME is read from the worker’s environment.'),
  body: z.string().optional(),
  expect: z
    .strictObject({ status: z.number().int().min(100).max(599).default(200), contains: z.string().optional() })
    .default({ status: 200 }),
});

/** An automatic test of one version, whose result feeds a gate. */
export const CheckSchema = z.discriminatedUnion('kind', [CommandCheckSchema, HttpCheckSchema]);
export type Check = z.infer<typeof CheckSchema>;
export type CommandCheck = z.infer<typeof CommandCheckSchema>;
export type HttpCheck = z.infer<typeof HttpCheckSchema>;
