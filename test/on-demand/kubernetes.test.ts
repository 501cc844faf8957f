import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { format } from 'prettier';
import { kubernetesDeployer } from '../../activities/deployers/kubernetes.ts';
import type { Effect } from '../../activities/deployers/port.ts';
import { KubernetesDeployerSchema, type KubernetesDeployer } from '../../domain/policy/deployer.schema.ts';
import { kubernetesVersion } from '../../scripts/test/on-demand.ts';
import { operationFolder } from '../../platform/command/operations.ts';
import { describeDeployer } from '../support/deployer-conformance.ts';
import { secret, type Behaviour } from '../support/deployer-world.ts';
import { answersFile } from '../support/kubernetes-answers.ts';
import { startControlPlane, tokens, type ControlPlane } from '../support/on-demand/control-plane.ts';
import { makeDeployment, makeNamespace, makeRole, setImage } from '../support/on-demand/kubernetes-place.ts';
import { startKubernetesProxy } from '../support/on-demand/kubernetes-proxy.ts';
import { askForAll } from '../support/on-demand/kubernetes-situations.ts';
import { imageOf } from '../support/on-demand/kwok-stages.ts';
import { until } from '../support/until.ts';

const dir = mkdtempSync(join(tmpdir(), 'gantry-kubernetes-'));
let plane: ControlPlane;
let last = 0;
const aNamespace = async (labels = {}): Promise<string> => {
  const name = `web${(last += 1)}`;
  await makeNamespace(plane, name, labels);
  return name;
};

beforeAll(async () => {
  const from = Date.now();
  plane = await startControlPlane(dir, secret);
  await makeRole(plane);
  process.stderr.write(
    `  Kubernetes ${kubernetesVersion} serves after ${((Date.now() - from) / 1000).toFixed(1)} s\n`,
  );
}, 180_000);

afterAll(async () => {
  await plane?.stop();
  rmSync(dir, { recursive: true, force: true });
}, 60_000);

/** The real thing behind a proxy that counts. Unless it is calm, some calls fail, and no patch is answered. */
describeDeployer('kubernetes', async (folder, { isCalm }) => {
  const namespace = await aNamespace();
  await makeDeployment(plane, namespace, 'shop');
  await makeDeployment(plane, namespace, 'brittle', { progressDeadlineSeconds: 2 });
  const proxy = await startKubernetesProxy(plane, (call, method) =>
    isCalm ? 'none' : call % 5 === 0 ? 'unavailable' : method === 'PATCH' ? 'loseAnswer' : 'none',
  );
  writeFileSync(join(folder, 'kubeconfig'), plane.kubeconfig(secret, proxy.url));
  /** Its changes are waited for no longer than two seconds. */
  const isBrittle = (behaviour: Behaviour): boolean => ['fails', 'shouts'].includes(behaviour);
  let deployment = '{{service}}';
  return {
    deployer: (behaviour, timeout = '20s') =>
      KubernetesDeployerSchema.parse({
        kind: 'kubernetes',
        deployment: isBrittle(behaviour) ? 'brittle' : deployment,
        ...{ namespace, image: imageOf(behaviour, '{{version}}') },
        ...{ kubeconfig: join(folder, 'kubeconfig'), timeout },
      }),
    ledger: () => proxy.patches,
    close: async () => proxy.close(),
    calls: proxy.calls,
    place: {
      before: imageOf('shop', '1.3.0'),
      clear: () => void plane.kubectl('--namespace', namespace, 'delete', 'deployment', 'shop'),
      answers: (mood) => proxy.answers(mood),
    },
    stands: async (behaviour) => {
      if (behaviour === 'works') return;
      deployment = isBrittle(behaviour) ? 'brittle' : 'shop';
      await setImage(plane, namespace, deployment, imageOf(behaviour, '1.3.0'));
    },
  };
});

describe('a kubernetes deployer, straight at the cluster', () => {
  let namespace: string;
  beforeEach(async () => {
    namespace = await aNamespace();
    await makeDeployment(plane, namespace, 'shop');
    writeFileSync(join(dir, 'gantry.kubeconfig'), plane.kubeconfig(secret));
  });

  const facts = {
    ...{ release: 'rel_1', service: 'shop', version: '1.4.0' },
    ...{ environment: 'production', previousVersion: '1.3.0' },
  };
  const effectOf = (
    operationId: string,
    changes: object = {},
    over: object = {},
  ): Effect<KubernetesDeployer> => ({
    operationId: `rel_1+production+shop+${operationId}`,
    deploy: KubernetesDeployerSchema.parse({
      ...{ kind: 'kubernetes', deployment: 'shop', namespace, image: imageOf('shop', '{{version}}') },
      ...{ kubeconfig: 'gantry.kubeconfig', timeout: '20s', ...changes },
    }),
    ...{ facts, policyDir: dir, folder: operationFolder(dir, 'op'), ...over },
  });
  const kubectl = (...args: string[]) => plane.kubectl('--namespace', namespace, ...args);
  const imageNow = () =>
    kubectl('get', 'deployment', 'shop', '-o', 'jsonpath={.spec.template.spec.containers[0].image}');

  test('brings a version out, which kubectl sees rolled out, and takes it back', async () => {
    expect(await kubernetesDeployer.apply(effectOf('apply'), {})).toMatchObject({
      outcome: 'done',
      because: '1 of 1 replicas are replaced and available',
    });
    expect(kubectl('rollout', 'status', 'deployment/shop', '--timeout=5s')).toContain(
      'successfully rolled out',
    );
    expect(imageNow()).toBe(imageOf('shop', '1.4.0'));
    expect(await kubernetesDeployer.status(effectOf('apply'), {})).toMatchObject({ state: 'done' });
    expect(await kubernetesDeployer.undo(effectOf('undo'), {})).toMatchObject({ outcome: 'done' });
    expect(imageNow()).toBe(imageOf('shop', '1.3.0'));
    expect(kubectl('rollout', 'status', 'deployment/shop', '--timeout=5s')).toContain(
      'successfully rolled out',
    );
  }, 60_000);

  test('sees that somebody used kubectl in between, and says what runs then', async () => {
    const running = kubernetesDeployer.apply(
      effectOf('apply', { image: imageOf('hangs', '{{version}}') }),
      {},
    );
    await until('the change', () => imageNow() === imageOf('hangs', '1.4.0'));
    kubectl('rollout', 'undo', 'deployment/shop');
    expect(await running).toMatchObject({
      outcome: 'failed',
      because: expect.stringContaining(`its image is ${imageOf('shop', '1.3.0')}`),
    });
    kubectl('set', 'image', 'deployment/shop', `web=${imageOf('shop', '1.2.0')}`);
    kubectl('rollout', 'status', 'deployment/shop', '--timeout=10s');
    expect(await kubernetesDeployer.probe(effectOf('probe'), {})).toMatchObject({
      ...{ kind: 'runs', version: '1.2.0' },
    });
  }, 60_000);

  test('runs out of time where pods never come, and where the rollout is paused says so', async () => {
    kubectl('rollout', 'pause', 'deployment/shop');
    expect(await kubernetesDeployer.apply(effectOf('apply', { timeout: '2s' }), {})).toMatchObject({
      outcome: 'failed',
      because: expect.stringMatching(/not ended within 2 s: the rollout is paused in the cluster/),
    });
    kubectl('rollout', 'resume', 'deployment/shop');
    expect(
      await kubernetesDeployer.apply(
        effectOf('again', { timeout: '2s', image: imageOf('hangs', '{{version}}') }, { facts }),
        {},
      ),
    ).toMatchObject({ outcome: 'failed', because: expect.stringContaining('not ended within 2 s') });
  }, 60_000);

  test.each([
    ['a Deployment that is not there', () => ({ deployment: 'nowhere' }), /there is no Deployment nowhere/],
    [
      'somebody who may do nothing',
      () => ({ kubeconfig: 'nobody.kubeconfig' }),
      /answers with 403: .*forbidden/,
    ],
    ['somebody whom it does not know', () => ({ kubeconfig: 'unknown.kubeconfig' }), /answers with 401/],
  ])(
    'fails for %s, and changes nothing',
    async (_, changes, words) => {
      writeFileSync(join(dir, 'nobody.kubeconfig'), plane.kubeconfig(tokens.nobody));
      writeFileSync(join(dir, 'unknown.kubeconfig'), plane.kubeconfig('a-token-that-nobody-has'));
      const end = await kubernetesDeployer.apply(effectOf('apply', changes()), {});
      expect(end).toMatchObject({ outcome: 'failed', because: expect.stringMatching(words) });
      expect(imageNow()).toBe(imageOf('shop', '1.3.0'));
    },
    60_000,
  );

  test('does not talk to a cluster whose certificate it does not trust', async () => {
    const config = JSON.parse(plane.kubeconfig(secret)) as { clusters: { cluster: object }[] };
    config.clusters = config.clusters.map(({ cluster, ...one }) => ({
      ...one,
      cluster: { ...cluster, 'certificate-authority-data': undefined },
    }));
    writeFileSync(join(dir, 'distrustful.kubeconfig'), JSON.stringify(config));
    const effect = effectOf('apply', { kubeconfig: 'distrustful.kubeconfig', timeout: '2s' });
    const end = await kubernetesDeployer.apply(effect, {});
    expect(end).toMatchObject({ outcome: 'failed', because: expect.stringContaining('certificate') });
    expect(imageNow()).toBe(imageOf('shop', '1.3.0'));
  }, 60_000);
});

test('answers as it did when the answers were recorded that every run replays', async () => {
  const answers = { kubernetes: kubernetesVersion, ...(await askForAll(plane, aNamespace)) };
  if (process.env['GANTRY_TEST_RECORD'] === '1')
    writeFileSync(answersFile, await format(JSON.stringify(answers), { parser: 'json', printWidth: 110 }));
  expect(answers).toEqual(JSON.parse(readFileSync(answersFile, 'utf8')));
}, 120_000);
