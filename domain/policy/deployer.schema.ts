import { z } from 'zod';
import { PositiveDurationSchema, VariableNameSchema } from './common.schema.ts';
import { HoldSchema, RolloutSchema } from './rollout.schema.ts';
import { githubActionsDeployer } from './deployer-github.schema.ts';
import { kubernetesDeployer } from './deployer-kubernetes.schema.ts';
import { HttpProbeSchema } from './http-probe.schema.ts';

export const RolloutStepSchema = z.strictObject({
  weight: z.number().int().min(1).max(100).describe('Share of traffic on the new version, in per cent.'),
  hold: HoldSchema.default('0s').describe(
    'Pause, under analysis, before the next step; `manual`: until a person goes on.',
  ),
});

const common = {
  timeout: PositiveDurationSchema.default('15m').describe('How long one step may take.'),
  steps: z
    .array(RolloutStepSchema)
    .min(1)
    .default([{ weight: 100, hold: '0s' }])
    .describe('Rollout steps: rising weights; the last is 100.'),
  rollout: RolloutSchema.optional().describe(
    'Another way out than by `steps`: to named targets in waves, or beside what runs with a switch. Left out: by `steps`.',
  ),
};
const argv = z.array(z.string().min(1)).min(1);

export const CommandDeployerSchema = z
  .strictObject({
    ...common,
    kind: z.literal('command').describe('Deploys by running a program, once for each step.'),
    apply: argv.describe(
      'File and arguments, no shell. Placeholders: `{{service}}` `{{version}}` `{{digest}}` `{{environment}}` `{{previousVersion}}` `{{weight}}`.',
    ),
    undo: argv.describe('Brings the previous version back; must bear that the step never happened.'),
    status: argv
      .optional()
      .describe(
        'Asked with GANTRY_OPERATION_ID after a lost answer: exit 0 done, 1 not done, 75 still running.',
      ),
    probe: argv.optional().describe('Prints the version that really runs, as its last line.'),
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
  })
  .meta({ title: 'Deployer of kind command' });

const RequestSchema = z.strictObject({
  url: z.string().min(1).describe('Address asked; placeholders are allowed.'),
  method: z.enum(['POST', 'PUT', 'GET', 'DELETE']).default('POST').describe('HTTP method of the request.'),
  headers: z
    .record(z.string(), z.string())
    .default({})
    .describe('Headers to send. A value `secret://NAME` is read from the worker’s environment.'),
  body: z
    .record(z.string(), z.unknown())
    .optional()
    .describe('JSON body; the default body names operation, service, version, environment and weight.'),
});

export const HttpDeployerSchema = z
  .strictObject({
    ...common,
    kind: z.literal('http').describe('Deploys by starting a job over HTTP and following it to its end.'),
    apply: RequestSchema.describe('Starts the job. Sent with Idempotency-Key, the operation id.'),
    undo: RequestSchema.describe('Starts the job that brings the previous version back.'),
    follow: z
      .strictObject({
        url: z
          .string()
          .min(1)
          .optional()
          .describe(
            'Address of the job; `{{job}}` is filled from the answer’s "id". Left out: the answer’s Location header.',
          ),
        headers: z.record(z.string(), z.string()).default({}).describe('Headers to send, as in apply.'),
        state: z.string().default('/state').describe('JSON pointer to the state in the job’s answer.'),
        succeeded: z
          .array(z.string())
          .default(['succeeded', 'success', 'done'])
          .describe('States of a job that did its work.'),
        failed: z
          .array(z.string())
          .default(['failed', 'error', 'cancelled'])
          .describe('States of a job that did not.'),
        interval: PositiveDurationSchema.default('2s').describe('Time between two questions.'),
      })
      .prefault({})
      .describe('How the job is followed.'),
    status: RequestSchema.pick({ url: true })
      .extend({
        headers: z.record(z.string(), z.string()).optional().describe('Headers to send, as in apply.'),
      })
      .optional()
      .describe(
        'Asked with GET and `{{operation}}` after a lost answer; its state is read as in `follow`, and 404 means that there is no such job. Left out: the start is sent again under the same Idempotency-Key.',
      ),
    probe: HttpProbeSchema.optional().describe('Asks which version really runs.'),
  })
  .meta({ title: 'Deployer of kind http' });

export const KubernetesDeployerSchema = kubernetesDeployer(common);
export const GithubActionsDeployerSchema = githubActionsDeployer(common);

/** How a version comes into an environment, and how it goes away again. */
export const DeployerSchema = z.discriminatedUnion('kind', [
  CommandDeployerSchema,
  HttpDeployerSchema,
  KubernetesDeployerSchema,
  GithubActionsDeployerSchema,
]);
export type Deployer = z.infer<typeof DeployerSchema>;
export type CommandDeployer = z.infer<typeof CommandDeployerSchema>;
export type HttpDeployer = z.infer<typeof HttpDeployerSchema>;
export type KubernetesDeployer = z.infer<typeof KubernetesDeployerSchema>;
export type GithubActionsDeployer = z.infer<typeof GithubActionsDeployerSchema>;
