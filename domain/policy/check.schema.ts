import { z } from 'zod';
import { IdSchema, PositiveDurationSchema, VariableNameSchema } from './common.schema.ts';
import { ProbeSchema, SampleSchema } from './gates.schema.ts';

const common = {
  id: IdSchema.describe('Name of the check, once in its stage.'),
  timeout: PositiveDurationSchema.default('15m').describe('How long one attempt may run.'),
  attempts: z
    .number()
    .int()
    .min(1)
    .max(10)
    .default(2)
    .describe(
      'Attempts when the check could not tell (crash, time-out, exit 75). A plain failure is never repeated by itself.',
    ),
  required: z
    .boolean()
    .default(true)
    .describe(
      'A failure of a required check stops its siblings and shuts the gate; any other is only reported.',
    ),
};

const sample = SampleSchema.optional().describe(
  'Asks the check again and again in the gate, together with all others that have this, until all are good at once. Left out: it is asked once.',
);

export const CommandCheckSchema = z
  .strictObject({
    ...common,
    kind: z
      .literal('command')
      .describe(
        'Runs a program; exit 0 passes, 1 fails, 75 asks to be tried again, any other could not tell.',
      ),
    run: z
      .array(z.string().min(1))
      .min(1)
      .describe(
        'File and arguments, no shell. Placeholders such as `{{version}}` fill whole arguments or parts of one.',
      ),
    environment: z
      .array(VariableNameSchema)
      .default([])
      .describe('Variables handed on from the worker; nothing else is inherited.'),
    secrets: z
      .array(VariableNameSchema)
      .default([])
      .describe(
        'Like environment, and masked wherever output is shown. Their values are at least 8 characters long.',
      ),
    report: z
      .strictObject({
        junit: z.string().min(1).optional().describe('JUnit XML that the command writes; read into counts.'),
        sarif: z.string().min(1).optional().describe('SARIF that the command writes; read into findings.'),
        coverage: z
          .string()
          .min(1)
          .optional()
          .describe('Coverage that the command writes, as LCOV or Cobertura XML; read into lines.'),
      })
      .default({})
      .describe('Report files, relative to the working folder.'),
    fail: z
      .strictObject({
        level: z.enum(['error', 'warning', 'note']).describe('The mildest level that still fails the check.'),
      })
      .optional()
      .describe('Which SARIF findings fail the check, whatever its exit code.'),
    sample,
  })
  .meta({ title: 'Check of kind command' });

export const HttpCheckSchema = z
  .strictObject({
    ...common,
    kind: z.literal('http').describe('Asks an address and looks at the answer.'),
    url: z.string().min(1).describe('Address asked; placeholders are allowed.'),
    method: z.enum(['GET', 'POST', 'HEAD']).default('GET').describe('HTTP method of the request.'),
    headers: z
      .record(z.string(), z.string())
      .default({})
      .describe('Headers to send. A value `secret://NAME` is read from the worker’s environment.'),
    body: z.string().optional().describe('Body of the request; placeholders are allowed.'),
    expect: z
      .strictObject({
        status: z.number().int().min(100).max(599).default(200).describe('Status of a good answer.'),
        contains: z.string().min(1).optional().describe('Text that a good answer contains.'),
      })
      .default({ status: 200 })
      .describe('What a good answer looks like.'),
    sample,
  })
  .meta({ title: 'Check of kind http' });

export const RehearsalCheckSchema = z
  .strictObject({
    ...common,
    kind: z
      .literal('rehearsal')
      .describe(
        'Deploys the version to this stage, undoes that, and looks whether the one before runs again; only then it is deployed to stay.',
      ),
    probe: ProbeSchema.describe('How it is looked at whether the undo has worked.'),
  })
  .meta({ title: 'Check of kind rehearsal' });

/** An automatic test of one version, whose result feeds a gate. */
export const CheckSchema = z.discriminatedUnion('kind', [
  CommandCheckSchema,
  HttpCheckSchema,
  RehearsalCheckSchema,
]);
export type Check = z.infer<typeof CheckSchema>;
/** A check that is run by itself; a rehearsal goes through the stage’s deployer. */
export type RunnableCheck = Exclude<Check, { kind: 'rehearsal' }>;
export type RehearsalCheck = z.infer<typeof RehearsalCheckSchema>;
export type CommandCheck = z.infer<typeof CommandCheckSchema>;
export type HttpCheck = z.infer<typeof HttpCheckSchema>;
