import { z } from 'zod';

const nameTemplate = (what: string) =>
  z
    .string()
    .regex(
      /^([a-z0-9.-]|\{\{\s*[A-Za-z]+\s*\}\})+$/,
      `is not the name of a ${what}: use lower-case letters, digits, "-" and ".", or a placeholder such as {{service}}`,
    );

/** The deployer that gives a Deployment of Kubernetes another image; `common` is what every kind of deployer has. */
export const kubernetesDeployer = <Common extends z.ZodRawShape>(common: Common) =>
  z
    .strictObject({
      ...common,
      kind: z
        .literal('kubernetes')
        .describe('Deploys by changing the image of a Deployment, and follows its rollout.'),
      deployment: nameTemplate('Deployment').describe('Name of the Deployment; placeholders are allowed.'),
      namespace: nameTemplate('namespace')
        .default('default')
        .describe('Namespace of the Deployment; placeholders are allowed.'),
      container: nameTemplate('container')
        .optional()
        .describe('Container that gets the image. Left out: the only one of the Deployment.'),
      image: z
        .string()
        .min(1)
        .describe(
          'Image of a version, with `{{version}}` or `{{digest}}` in it: `registry.acme.test/shop:{{version}}`.',
        ),
      kubeconfig: z
        .string()
        .min(1)
        .optional()
        .describe(
          'File with the address of the cluster, beside this file or absolute; or `secret://NAME`, whose value is such a file. Left out: the service account of the pod that the worker runs in.',
        ),
      context: z.string().min(1).optional().describe('Context in that file. Left out: its current one.'),
    })
    .meta({ title: 'Deployer of kind kubernetes' });
