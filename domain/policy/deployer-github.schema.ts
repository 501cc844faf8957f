import { z } from 'zod';
import { PositiveDurationSchema } from './common.schema.ts';
import { HttpProbeSchema } from './http-probe.schema.ts';

const DispatchSchema = z.strictObject({
  workflow: z
    .string()
    .regex(/^[A-Za-z0-9._-]+$/, 'is not a workflow: write its file name, such as deploy.yml, or its number')
    .describe('File name of the workflow, such as deploy.yml.'),
  inputs: z
    .record(z.string(), z.string())
    .default({})
    .describe(
      'Inputs of the workflow; placeholders are allowed. `operation` is always sent, and the workflow’s `run-name` must show it.',
    ),
});

/** The deployer that starts a workflow of GitHub Actions; `common` is what every kind of deployer has. */
export const githubActionsDeployer = <Common extends z.ZodRawShape>(common: Common) =>
  z
    .strictObject({
      ...common,
      kind: z
        .literal('github-actions')
        .describe('Deploys by dispatching a workflow of GitHub Actions, and follows its run.'),
      repository: z
        .string()
        .regex(/^[A-Za-z0-9-]+\/[A-Za-z0-9._-]+$/, 'is not a repository: write owner/name')
        .describe('Repository with the workflow: `owner/name`.'),
      ref: z.string().min(1).default('main').describe('Branch or tag whose workflow file is used.'),
      token: z
        .string()
        .regex(/^secret:\/\/[A-Za-z_][A-Za-z0-9_]*$/, 'is not a reference to a secret: write secret://NAME')
        .describe('`secret://NAME` of a token that may read and write Actions of the repository.'),
      apply: DispatchSchema.describe('Workflow that brings the version out.'),
      undo: DispatchSchema.describe('Workflow that brings the previous version back.'),
      api: z
        .url({
          protocol: /^https?$/,
          error: 'is not a web address: write one such as https://api.github.com',
        })
        .default('https://api.github.com')
        .describe('Address of the API; another one for GitHub Enterprise Server.'),
      interval: PositiveDurationSchema.default('5s').describe('Time between two questions about the run.'),
      appears: PositiveDurationSchema.default('2m').describe(
        'How long a dispatched run may take to be listed; after that nobody knows whether it was started.',
      ),
      probe: HttpProbeSchema.optional().describe('Asks which version really runs.'),
    })
    .meta({ title: 'Deployer of kind github-actions' });
