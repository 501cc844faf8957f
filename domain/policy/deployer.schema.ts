import { z } from 'zod';
import { DurationSchema } from './common.schema.ts';

export const RolloutStepSchema = z.strictObject({
  weight: z.number().int().min(1).max(100).describe('Share of traffic on the new version, in per cent.'),
  hold: DurationSchema.default('0s').describe('Pause, under analysis, before the next step.'),
});

const common = {
  timeout: DurationSchema.default('15m').describe('How long one step may take.'),
  steps: z.array(RolloutStepSchema).min(1).default([{ weight: 100, hold: '0s' }]).describe('Rising weights; the last is 100.'),
};
const argv = z.array(z.string().min(1)).min(1);

export const CommandDeployerSchema = z.strictObject({
  ...common,
  kind: z.literal('command'),
  apply: argv.describe('File and arguments, no shell. Placeholders: {{service}} {{version}} {{digest}} {{environment}} {{previousVersion}} {{weight}}.'),
  undo: argv.describe('Brings the previous version back; must bear that the step never happened.'),
  status: argv.optional().describe('Asked with GANTRY_OPERATION_ID after a lost answer: exit 0 done, 1 not done, 75 still running.'),
  probe: argv.optional().describe('Prints the version that really runs, as its last line.'),
  environment: z.array(z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/)).default([]),
  secrets: z.array(z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/)).default([]),
});

const RequestSchema = z.strictObject({
  url: z.string().min(1),
  method: z.enum(['POST', 'PUT', 'GET', 'DELETE']).default('POST'),
  headers: z.record(z.string(), z.string()).default({}).describe('A value secret://NAME is read from the worker’s environment.'),
  body: z.record(z.string(), z.unknown()).optional().describe('JSON body; the default body names operation, service, version, environment and weight.'),
});

export const HttpDeployerSchema = z.strictObject({
  ...common,
  kind: z.literal('http'),
  apply: RequestSchema.describe('Starts the job. Sent with Idempotency-Key, the operation id.'),
  undo: RequestSchema,
  follow: z
    .strictObject({
      url: z.string().min(1).optional().describe('Address of the job; {{job}} is filled from the answer’s "id". Default: the answer’s Location header.'),
      headers: z.record(z.string(), z.string()).default({}),
      state: z.string().default('/state').describe('JSON pointer to the state in the job’s answer.'),
      succeeded: z.array(z.string()).default(['succeeded', 'success', 'done']),
      failed: z.array(z.string()).default(['failed', 'error', 'cancelled']),
      interval: DurationSchema.default('2s'),
    })
    .prefault({}),
});

/** How a version comes into an environment, and how it goes away again. */
export const DeployerSchema = z.discriminatedUnion('kind', [CommandDeployerSchema, HttpDeployerSchema]);
export type Deployer = z.infer<typeof DeployerSchema>;
export type CommandDeployer = z.infer<typeof CommandDeployerSchema>;
export type HttpDeployer = z.infer<typeof HttpDeployerSchema>;
export type RolloutStep = z.infer<typeof RolloutStepSchema>;
