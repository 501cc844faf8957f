import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { DeploymentShape } from '../../domain/rollout/deployment-rollout.ts';
import type { PodShape } from '../../domain/rollout/why-not-running.ts';
import { answerInMood, Calls, type Mood } from './deployer-world.ts';
import { kubernetesAnswers, type KubernetesAnswers } from './kubernetes-answers.ts';

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

interface Said {
  code: number;
  body: unknown;
}

const recorded = kubernetesAnswers();

/** What a real cluster has said at this point of a rollout, with this image in place of the recorded one. */
export function situation(
  name: 'complete' | 'progressing' | 'deadline',
  image: string,
): { status: FakeDeployment['status']; pods: FakePod[] } {
  const { deployment, pods } = recorded[name];
  const was = deployment.spec.template.spec.containers[0]?.image ?? '';
  const { observedGeneration, ...status } = deployment.status;
  void observedGeneration; // the generation is that of the Deployment here
  return JSON.parse(JSON.stringify({ status, pods: pods.items }).replaceAll(was, image)) as never;
}

/**
 * The part of the API of Kubernetes that the deployer uses, with the rules that it counts on: a patch names containers by
 * name, is refused where `resourceVersion` is old, and raises the generation when it changes the template.
 */
export async function serveKubernetes(
  o: {
    controller?: Controller;
    troubles?: (call: number, method: string) => 'none' | 'loseAnswer' | 'unavailable';
    /** How the real API answers calls of this method, whatever they want. */
    refuses?: { method: 'GET' | 'PATCH'; as: keyof KubernetesAnswers['problems'] };
  } = {},
) {
  const controller = o.controller ?? ((image) => situation('complete', image));
  const deployment = structuredClone(recorded.before.deployment) as FakeDeployment;
  const patches: { operation: string; image: string }[] = [];
  const calls = new Calls();
  const state: { isDeleted: boolean; calls: number; mood?: Mood } = { isDeleted: false, calls: 0 };
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      if (calls.isLeftAt('received')) return;
      const said = answer(request, Buffer.concat(chunks).toString());
      if (calls.isLeftAt('acted')) return;
      const strangeness = { kind: 'Status', apiVersion: 'v1', status: 'Success' };
      if (answerInMood(state.mood, strangeness, { request, response })) return;
      if (said === 'lost') request.socket.destroy();
      else send(response, said.code, said.body);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`;

  function answer(request: IncomingMessage, body: string): Said | 'lost' {
    state.calls += 1;
    const trouble = o.troubles?.(state.calls, request.method ?? '') ?? 'none';
    if (trouble === 'unavailable') return { code: 503, body: status(503, 'the server is too busy') };
    if (o.refuses && o.refuses.method === request.method) return refused(o.refuses.as);
    const path = (request.url ?? '').split('?')[0] ?? '';
    const authorization = request.headers.authorization ?? '';
    const image = deployment.spec.template.spec.containers[0]?.image ?? '';
    if (path.endsWith('/pods')) {
      const { pods } = controller(image, { authorization });
      return { code: 200, body: { apiVersion: 'v1', kind: 'PodList', items: pods } };
    }
    if (state.isDeleted || !path.endsWith('/namespaces/web/deployments/shop')) return refused('missing');
    if (request.method === 'PATCH') {
      if (request.headers['content-type'] !== 'application/strategic-merge-patch+json')
        return refused('unsupported');
      const seen = patch(JSON.parse(body) as Partial<FakeDeployment>);
      if (seen === undefined) return refused('conflict');
      if (trouble === 'loseAnswer') return 'lost';
      // no controller has looked yet: what it answers tells of the image before
      return {
        code: 200,
        body: { ...deployment, status: { ...recorded.patched.status, observedGeneration: seen } },
      };
    }
    const isNew = deployment.metadata.generation > 1;
    const now = isNew ? controller(image, { authorization }).status : deployment.status;
    return {
      code: 200,
      body: { ...deployment, status: { observedGeneration: deployment.metadata.generation, ...now } },
    };
  }

  /** The generation that its controller has seen; undefined where somebody was faster. */
  function patch({ metadata, spec }: Partial<FakeDeployment>): number | undefined {
    if (metadata?.resourceVersion !== deployment.metadata.resourceVersion) return undefined;
    const seen = deployment.metadata.generation;
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
    return seen;
  }

  return {
    url,
    deployment,
    patches,
    state,
    calls,
    close: () => void (server.closeAllConnections(), server.close()),
  };
}

/** As the real API refuses it. */
const refused = (problem: keyof KubernetesAnswers['problems']): Said => {
  const { status: code, answer: body } = recorded.problems[problem];
  return { code, body };
};
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
