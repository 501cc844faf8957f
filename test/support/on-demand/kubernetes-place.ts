import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { checkout } from '../built.ts';
import { until } from '../until.ts';
import { node, type ControlPlane } from './control-plane.ts';
import { imageOf } from './kwok-stages.ts';

const role = 'gantry-deployer';
const strategic = 'application/strategic-merge-patch+json';

/** What docs/guides/deployers.md says that a deployer may do, and nothing more. */
function documentedRules(): unknown {
  const guide = readFileSync(join(checkout, 'docs/guides/deployers.md'), 'utf8');
  const block = /```yaml\n(rules:[\s\S]*?)```/.exec(guide)?.[1];
  if (block === undefined) throw new Error('docs/guides/deployers.md shows no rules of a role');
  return (parse(block) as { rules: unknown }).rules;
}

/** The role that the guide describes, for whoever it is bound to. */
export async function makeRole({ admin }: ControlPlane): Promise<void> {
  await admin('POST', '/apis/rbac.authorization.k8s.io/v1/clusterroles', {
    ...{ apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'ClusterRole' },
    ...{ metadata: { name: role }, rules: documentedRules() },
  });
}

/** A namespace in which the user `gantry` has that role. */
export async function makeNamespace({ admin }: ControlPlane, name: string, labels = {}): Promise<void> {
  await admin('POST', '/api/v1/namespaces', {
    ...{ apiVersion: 'v1', kind: 'Namespace', metadata: { name, labels } },
  });
  await admin('POST', `/apis/rbac.authorization.k8s.io/v1/namespaces/${name}/rolebindings`, {
    ...{ apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'RoleBinding', metadata: { name: role } },
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: role },
    subjects: [{ apiGroup: 'rbac.authorization.k8s.io', kind: 'User', name: 'gantry' }],
  });
}

export interface Seen {
  status?: { availableReplicas?: number; observedGeneration?: number };
  metadata?: { generation?: number };
}

/** A Deployment of one container that runs `shop` 1.3.0; returns once it is available. */
export async function makeDeployment(
  plane: ControlPlane,
  namespace: string,
  name: string,
  spec: object = {},
): Promise<void> {
  const path = `/apis/apps/v1/namespaces/${namespace}/deployments`;
  const labels = { app: name };
  await plane.admin('POST', path, {
    ...{ apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name } },
    spec: {
      ...{ replicas: 1, selector: { matchLabels: labels }, ...spec },
      template: {
        metadata: { labels },
        // no scheduler runs here
        spec: { nodeName: node, containers: [{ name: 'web', image: imageOf('shop', '1.3.0') }] },
      },
    },
  });
  await until(`Deployment ${name} to be available`, async () => {
    const { status, metadata } = await plane.admin<Seen>('GET', `${path}/${name}`);
    return status?.availableReplicas === 1 && status.observedGeneration === metadata?.generation;
  });
}

/** By hand, as whoever may do all; returns before anything has come of it. */
export async function setImage(
  plane: ControlPlane,
  namespace: string,
  name: string,
  image: string,
): Promise<void> {
  const path = `/apis/apps/v1/namespaces/${namespace}/deployments/${name}`;
  const spec = { template: { spec: { containers: [{ name: 'web', image }] } } };
  await plane.admin('PATCH', path, { spec }, strategic);
}
