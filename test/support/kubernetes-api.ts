import { EventEmitter, once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { DeploymentShape, PodShape } from '../../domain/rollout/deployment-rollout.ts';

/** A Deployment as the API keeps it, as far as the deployer looks. */
export interface FakeDeployment {
  apiVersion: 'apps/v1';
  kind: 'Deployment';
  metadata: {
    name: string;
    namespace: string;
    generation: number;
    resourceVersion: string;
    annotations: Record<string, string>;
  };
  spec: DeploymentShape['spec'] & {
    selector: { matchLabels: Record<string, string> };
    template: {
      metadata: { labels: Record<string, string> };
      spec: { containers: { name: string; image: string }[] };
    };
  };
  status: NonNullable<DeploymentShape['status']>;
}

type FakePod = PodShape & { spec: { containers: { name: string; image: string }[] } };

/** What the controller of the cluster makes of an image that was set. */
export type Controller = (
  image: string,
  request: { authorization: string },
) => { status: FakeDeployment['status']; pods: FakePod[] };

const allWell: FakeDeployment['status'] = {
  replicas: 1,
  updatedReplicas: 1,
  availableReplicas: 1,
  conditions: [
    { type: 'Progressing', status: 'True', reason: 'NewReplicaSetAvailable', message: 'has progressed' },
  ],
};
export const aRunningPod = (image: string): FakePod => ({
  metadata: { name: 'shop-1' },
  spec: { containers: [{ name: 'web', image }] },
  status: { phase: 'Running', containerStatuses: [{ name: 'web', state: {} }] },
});

/**
 * The part of the API of Kubernetes that the deployer uses, with the rules that it counts on: a patch names containers by
 * name, is refused where `resourceVersion` is old, and raises the generation when it changes the template.
 */
export async function serveKubernetes(
  o: { controller?: Controller; troubles?: (call: number) => 'none' | 'loseAnswer' | 'unavailable' } = {},
) {
  const controller = o.controller ?? ((image) => ({ status: allWell, pods: [aRunningPod(image)] }));
  const deployment: FakeDeployment = {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'shop', namespace: 'web', generation: 1, resourceVersion: '1', annotations: {} },
    spec: {
      replicas: 1,
      selector: { matchLabels: { app: 'shop' } },
      template: {
        metadata: { labels: { app: 'shop' } },
        spec: { containers: [{ name: 'web', image: 'registry.test/shop:1.3.0' }] },
      },
    },
    status: { observedGeneration: 1, ...allWell },
  };
  const told = new EventEmitter();
  const patches: { operation: string; image: string }[] = [];
  const state = { isDeleted: false, calls: 0 };
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      told.emit('call');
      answer(request, response, Buffer.concat(chunks).toString());
      told.emit('call');
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`;

  function answer(request: IncomingMessage, response: ServerResponse, body: string): void {
    state.calls += 1;
    const trouble = o.troubles?.(state.calls) ?? 'none';
    if (trouble === 'unavailable') return void send(response, 503, status(503, 'the server is too busy'));
    const path = (request.url ?? '').split('?')[0] ?? '';
    const authorization = request.headers.authorization ?? '';
    const image = deployment.spec.template.spec.containers[0]?.image ?? '';
    if (path.endsWith('/pods')) {
      const { pods } = controller(image, { authorization });
      return void send(response, 200, { apiVersion: 'v1', kind: 'PodList', items: pods });
    }
    if (state.isDeleted || !path.endsWith('/namespaces/web/deployments/shop'))
      return void send(response, 404, status(404, `deployments.apps "shop" not found`));
    if (request.method === 'PATCH') {
      if (request.headers['content-type'] !== 'application/strategic-merge-patch+json')
        return void send(response, 415, status(415, 'the body is not a strategic merge patch'));
      const patched = patch(JSON.parse(body) as Partial<FakeDeployment>);
      if (patched !== undefined) return void send(response, 409, status(409, patched));
      told.emit('patched');
      if (trouble === 'loseAnswer') return void request.socket.destroy();
    }
    const isNew = deployment.metadata.generation > 1;
    const now = isNew ? controller(image, { authorization }).status : deployment.status;
    send(response, 200, {
      ...deployment,
      status: { observedGeneration: deployment.metadata.generation, ...now },
    });
  }

  function patch({ metadata, spec }: Partial<FakeDeployment>): string | undefined {
    if (metadata?.resourceVersion !== deployment.metadata.resourceVersion)
      return 'the object has been modified; please apply your changes to the latest version and try again';
    Object.assign(deployment.metadata.annotations, metadata.annotations);
    for (const { name, image } of spec?.template.spec.containers ?? []) {
      const container = deployment.spec.template.spec.containers.find((one) => one.name === name);
      if (container && container.image !== image) {
        container.image = image;
        deployment.metadata.generation += 1;
      }
      patches.push({
        operation: deployment.metadata.annotations['gantry.release/operation'] ?? '',
        image,
      });
    }
    deployment.metadata.resourceVersion = String(Number(deployment.metadata.resourceVersion) + 1);
    return undefined;
  }

  return {
    url,
    deployment,
    patches,
    state,
    patched: async () => void (patches.length > 0 || (await once(told, 'patched'))),
    calls: told,
    close: () => void (server.closeAllConnections(), server.close()),
  };
}

const status = (code: number, message: string) => ({
  apiVersion: 'v1',
  kind: 'Status',
  status: 'Failure',
  code,
  message,
});
const send = (response: ServerResponse, code: number, body: unknown): void =>
  void response.writeHead(code, { 'content-type': 'application/json' }).end(JSON.stringify(body));

/** A kubeconfig for a server of tests, which has no certificate. */
export const kubeconfigFor = (server: string, token: string): string =>
  JSON.stringify({
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': 'test',
    clusters: [{ name: 'test', cluster: { server, 'insecure-skip-tls-verify': true } }],
    users: [{ name: 'gantry', user: { token } }],
    contexts: [
      { name: 'test', context: { cluster: 'test', user: 'gantry' } },
      { name: 'other', context: { cluster: 'test', user: 'gantry' } },
    ],
  });
