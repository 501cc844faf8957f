import { secret } from '../deployer-world.ts';
import type { AnsweredDeployment, KubernetesAnswers, Situation } from '../kubernetes-answers.ts';
import { until } from '../until.ts';
import { tokens, type ControlPlane } from './control-plane.ts';
import { makeDeployment } from './kubernetes-place.ts';
import { startKubernetesProxy, type Exchange, type KubernetesProxy } from './kubernetes-proxy.ts';
import { imageOf } from './kwok-stages.ts';
import { trimmed } from './trim-answers.ts';

interface Question {
  body?: object;
  token?: string;
  type?: string;
}

/** Brings a cluster into everything of which a test in every run needs the real shape, and gives its answers. */
export async function askForAll(
  plane: ControlPlane,
  aNamespace: () => Promise<string>,
): Promise<Omit<KubernetesAnswers, 'kubernetes'>> {
  const proxy = await startKubernetesProxy(plane);
  try {
    const { asker, life } = await rolledOut(async () => new Asker(plane, proxy, await aNamespace()));
    const guarded = new Asker(plane, proxy, await aNamespace());
    return {
      ...life,
      deadline: await late(asker),
      ...(await withoutNode(asker)),
      refused: await withoutPods(guarded),
      problems: await problemsOf(asker),
    };
  } finally {
    proxy.close();
  }
}

/** Somebody who asks about the Deployments of one namespace. */
class Asker {
  readonly plane: ControlPlane;
  readonly namespace: string;
  private readonly proxy: KubernetesProxy;

  constructor(plane: ControlPlane, proxy: KubernetesProxy, namespace: string) {
    this.plane = plane;
    this.proxy = proxy;
    this.namespace = namespace;
  }

  async call(method: string, name: string, o: Question = {}): Promise<Exchange> {
    const path = `/apis/apps/v1/namespaces/${this.namespace}/deployments/${name}`;
    const response = await fetch(`${this.proxy.url}${path}`, {
      method,
      headers: {
        authorization: `Bearer ${o.token ?? secret}`,
        ...(o.body ? { 'content-type': o.type ?? 'application/strategic-merge-patch+json' } : {}),
      },
      ...(o.body ? { body: JSON.stringify(o.body) } : {}),
    });
    await response.text();
    return trimmed(this.proxy.exchanges.at(-1)!, this.namespace);
  }

  /** The Deployment and its pods, once its controllers have looked at the last change and it is as wanted. */
  async seen(
    name: string,
    is: (deployment: AnsweredDeployment) => boolean,
    withinMs?: number,
  ): Promise<Situation> {
    const look = async (): Promise<AnsweredDeployment | undefined> => {
      const found = (await this.call('GET', name)).answer as AnsweredDeployment;
      return found.status.observedGeneration === found.metadata.generation && is(found) ? found : undefined;
    };
    const deployment = await until(`${name} as wanted`, look, withinMs);
    const path = `/api/v1/namespaces/${this.namespace}/pods?labelSelector=app%3D${name}`;
    return { deployment, pods: trimmed(await this.plane.admin('GET', path), this.namespace) };
  }
}

const setImage = (image: string, more: object = {}): object => ({
  ...more,
  spec: { template: { spec: { containers: [{ name: 'web', image }] } } },
});
const hasReason =
  (type: string, reason: string) =>
  ({ status }: AnsweredDeployment): boolean =>
    status.conditions?.some((one) => one.type === type && one.reason === reason) === true;

const lives = 6;

/**
 * The life of a Deployment in which its controller says of the new replica set that it is progressing. Now and then it looks only once, and then says
 * no more than that it has made one; another Deployment is another chance.
 */
async function rolledOut(
  anAsker: () => Promise<Asker>,
): Promise<{ asker: Asker; life: Awaited<ReturnType<typeof rolloutOf>> }> {
  for (let left = lives; ; left -= 1) {
    const asker = await anAsker();
    try {
      return { asker, life: await rolloutOf(asker) };
    } catch (error) {
      if (left === 1) throw error;
    }
  }
}

/** One after the other, as they follow each other in the life of a Deployment. */
async function rolloutOf(
  asker: Asker,
): Promise<Pick<KubernetesAnswers, 'before' | 'patched' | 'progressing' | 'paused' | 'complete'>> {
  await makeDeployment(asker.plane, asker.namespace, 'shop');
  const before = await asker.seen('shop', () => true);
  const note = { metadata: { annotations: { 'gantry.release/operation': 'rel_1+production+shop+apply+1' } } };
  const patched = await asker.call('PATCH', 'shop', { body: setImage(imageOf('hangs', '1.4.0'), note) });
  const isUpdated = hasReason('Progressing', 'ReplicaSetUpdated');
  const isHalf = (one: AnsweredDeployment): boolean => isUpdated(one) && one.status.replicas === 2;
  const progressing = await asker.seen('shop', isHalf, 5_000);
  await asker.call('PATCH', 'shop', { body: { spec: { paused: true } } });
  const paused = await asker.seen('shop', hasReason('Progressing', 'DeploymentPaused'));
  await asker.call('PATCH', 'shop', { body: { spec: { paused: false } } });
  await asker.call('PATCH', 'shop', { body: setImage(imageOf('shop', '1.4.0')) });
  const isNew = hasReason('Progressing', 'NewReplicaSetAvailable');
  const complete = await asker.seen('shop', (one) => isNew(one) && one.status.replicas === 1);
  return { before, patched: patched.answer as AnsweredDeployment, progressing, paused, complete };
}

async function late(asker: Asker): Promise<Situation> {
  await makeDeployment(asker.plane, asker.namespace, 'brittle', { progressDeadlineSeconds: 2 });
  await asker.call('PATCH', 'brittle', { body: setImage(imageOf('fails', '1.4.0')) });
  return asker.seen('brittle', hasReason('Progressing', 'ProgressDeadlineExceeded'));
}

/** A pod for which there is no node. No scheduler runs there, so its word is written into the pod as it would write it. */
async function withoutNode(asker: Asker): Promise<Pick<KubernetesAnswers, 'nodeless' | 'unschedulable'>> {
  const { plane, namespace } = asker;
  await makeDeployment(plane, namespace, 'homeless', { progressDeadlineSeconds: 2 });
  const spec = { nodeName: null, containers: [{ name: 'web', image: imageOf('shop', '1.4.0') }] };
  await asker.call('PATCH', 'homeless', { body: { spec: { template: { spec } } } });
  const isLate = hasReason('Progressing', 'ProgressDeadlineExceeded');
  const nodeless = await asker.seen('homeless', isLate);
  const path = `/api/v1/namespaces/${namespace}/pods`;
  const { items } = await plane.admin<{
    items: { metadata: { name: string }; spec: { nodeName?: string } }[];
  }>('GET', `${path}?labelSelector=app%3Dhomeless`);
  for (const { metadata } of items.filter((pod) => pod.spec.nodeName === undefined))
    await plane.admin(
      ...(['PATCH', `${path}/${metadata.name}/status`] as const),
      { status: { conditions: [unscheduled] } },
      'application/strategic-merge-patch+json',
    );
  return { nodeless, unschedulable: await asker.seen('homeless', isLate) };
}

const unscheduled = {
  ...{ type: 'PodScheduled', status: 'False', reason: 'Unschedulable' },
  message: '0/1 nodes are available: 1 Insufficient cpu.',
  lastTransitionTime: '2026-01-01T00:00:00Z',
};

async function withoutPods(asker: Asker): Promise<Situation> {
  await makeDeployment(asker.plane, asker.namespace, 'shop');
  await asker.plane.admin(
    ...(['PATCH', `/api/v1/namespaces/${asker.namespace}`] as const),
    { metadata: { labels: { 'pod-security.kubernetes.io/enforce': 'restricted' } } },
    'application/merge-patch+json',
  );
  await asker.call('PATCH', 'shop', { body: setImage(imageOf('shop', '1.4.0')) });
  return asker.seen('shop', hasReason('ReplicaFailure', 'FailedCreate'));
}

async function problemsOf(asker: Asker): Promise<KubernetesAnswers['problems']> {
  const old = { metadata: { resourceVersion: '1' } };
  return {
    conflict: await asker.call('PATCH', 'shop', { body: setImage(imageOf('shop', '1.5.0'), old) }),
    missing: await asker.call('GET', 'nowhere'),
    forbidden: await asker.call('GET', 'shop', { token: tokens.nobody }),
    unauthorized: await asker.call('GET', 'shop', { token: 'a-token-that-nobody-has' }),
    invalid: await asker.call('PATCH', 'shop', { body: setImage('') }),
    unsupported: await asker.call('PATCH', 'shop', { body: setImage('x'), type: 'text/plain' }),
  };
}
