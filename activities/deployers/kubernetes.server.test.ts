import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { KubernetesDeployerSchema, type KubernetesDeployer } from '../../domain/policy/deployer.schema.ts';
import { operationFolder } from '../../platform/command/operations.ts';
import { describeDeployer } from '../../test/support/deployer-conformance.ts';
import { secret, type Behaviour } from '../../test/support/deployer-world.ts';
import { kubeconfigFor, serveKubernetes, situation } from '../../test/support/kubernetes-api.ts';
import { kubernetesDeployer } from './kubernetes.ts';
import type { Effect } from './port.ts';

const behaviourOf = (image: string): Behaviour | undefined =>
  /\/(\w+):1\.[34]\.0$/.exec(image)?.[1] as Behaviour;

/** A cluster whose controller behaves as the name of the image says. Unless it is calm, some calls fail, and no patch is answered. */
describeDeployer('kubernetes', async (folder, { isCalm }) => {
  const api = await serveKubernetes({
    troubles: (call, method) =>
      isCalm ? 'none' : call % 5 === 0 ? 'unavailable' : method === 'PATCH' ? 'loseAnswer' : 'none',
    controller: (image, { authorization }) => {
      const behaviour = behaviourOf(image);
      const seen = situation(
        behaviour === 'hangs' ? 'progressing' : behaviour === 'fails' ? 'deadline' : 'complete',
        image,
      );
      if (behaviour !== 'shouts') return seen;
      const [first, ...others] = seen.status.conditions ?? [];
      const shout = { ...first!, message: `${authorization} ${'x'.repeat(3e6)}` };
      return { ...seen, status: { ...seen.status, conditions: [shout, ...others] } };
    },
  });
  writeFileSync(join(folder, 'kubeconfig'), kubeconfigFor(api.url, secret));
  return {
    deployer: (behaviour, timeout = '20s') =>
      KubernetesDeployerSchema.parse({
        kind: 'kubernetes',
        deployment: '{{service}}',
        namespace: 'web',
        image: `registry.test/${behaviour}:{{version}}`,
        kubeconfig: join(folder, 'kubeconfig'),
        timeout,
      }),
    ledger: () => api.patches.map(({ operation }) => operation),
    close: async () => api.close(),
    calls: api.calls,
    place: {
      before: 'registry.test/shop:1.3.0', // an image that the policy does not name
      clear: () => {
        api.state.isDeleted = true;
      },
      answers: (mood) => {
        api.state.mood = mood;
      },
    },
    stands: async (behaviour) => {
      const [container] = api.deployment.spec.template.spec.containers;
      if (behaviour !== 'works') container!.image = `registry.test/${behaviour}:1.3.0`;
    },
  };
});

describe('a kubernetes deployer', () => {
  let api: Awaited<ReturnType<typeof serveKubernetes>>;
  let dir: string;
  beforeEach(async () => {
    api = await serveKubernetes();
    dir = mkdtempSync(join(tmpdir(), 'gantry-kubernetes-'));
    writeFileSync(join(dir, 'kubeconfig'), kubeconfigFor(api.url, secret));
  });
  afterEach(() => {
    api.close();
    rmSync(dir, { recursive: true });
  });

  const facts = {
    release: 'rel_1',
    service: 'shop',
    version: '1.4.0',
    environment: 'production',
    previousVersion: '1.3.0',
  };
  const effectOf = (
    over: Partial<Effect<KubernetesDeployer>> = {},
    changes: object = {},
  ): Effect<KubernetesDeployer> => ({
    operationId: 'rel_1+production+shop+apply+1',
    deploy: KubernetesDeployerSchema.parse({
      kind: 'kubernetes',
      deployment: 'shop',
      namespace: 'web',
      image: 'registry.test/shop:{{version}}',
      kubeconfig: 'kubeconfig',
      timeout: '3s',
      ...changes,
    }),
    facts,
    policyDir: dir,
    folder: operationFolder(dir, 'op'),
    ...over,
  });
  const imageNow = () => api.deployment.spec.template.spec.containers[0]?.image;

  test('brings back exactly the image that was there before, whatever it was', async () => {
    const container = api.deployment.spec.template.spec.containers[0];
    if (container) container.image = 'elsewhere.test/hand-made:latest';
    expect(await kubernetesDeployer.apply(effectOf(), {})).toMatchObject({ outcome: 'done' });
    expect(imageNow()).toBe('registry.test/shop:1.4.0');
    const undo = effectOf({ operationId: 'rel_1+production+shop+undo+1' });
    expect(await kubernetesDeployer.undo(undo, {})).toMatchObject({ outcome: 'done' });
    expect(imageNow()).toBe('elsewhere.test/hand-made:latest');
  });

  test('goes back to another version where the one before may not run again', async () => {
    await kubernetesDeployer.apply(effectOf(), {});
    const undo = effectOf({ operationId: 'undo', facts: { ...facts, previousVersion: '1.2.0' } });
    expect(await kubernetesDeployer.undo(undo, {})).toMatchObject({ outcome: 'done' });
    expect(imageNow()).toBe('registry.test/shop:1.2.0');
  });

  test('leaves alone what another release has changed', async () => {
    await kubernetesDeployer.apply(effectOf(), {});
    const undo = effectOf({ operationId: 'undo', facts: { ...facts, release: 'rel_2' } });
    expect(await kubernetesDeployer.undo(undo, {})).toMatchObject({
      outcome: 'done',
      because: expect.stringContaining('nothing to undo'),
    });
    expect(imageNow()).toBe('registry.test/shop:1.4.0');
  });

  test('says what became of an operation, and never that of another', async () => {
    const one = effectOf();
    expect(await kubernetesDeployer.status(one, {})).toMatchObject({ state: 'notDone' });
    await kubernetesDeployer.apply(one, {});
    expect(await kubernetesDeployer.status(one, {})).toMatchObject({ state: 'done' });
    expect(await kubernetesDeployer.status(effectOf({ operationId: 'another' }), {})).toMatchObject({
      state: 'unknown',
    });
  });

  test('says that nothing runs where there is no such Deployment', async () => {
    api.state.isDeleted = true;
    expect(await kubernetesDeployer.probe(effectOf(), {})).toMatchObject({ kind: 'nothing' });
    expect(await kubernetesDeployer.apply(effectOf(), {})).toMatchObject({
      outcome: 'failed',
      because: 'there is no Deployment shop in namespace web',
    });
  });

  test.each([
    [
      'somebody who may not',
      { method: 'GET', as: 'forbidden' },
      /403: deployments.apps "shop" is forbidden: User/,
    ],
    ['somebody unknown', { method: 'GET', as: 'unauthorized' }, /answers with 401/],
    ['a change that is refused', { method: 'PATCH', as: 'invalid' }, /422: .*image: Required value/],
    ['a client that patches in another way', { method: 'PATCH', as: 'unsupported' }, /415: 415: Unsupported/],
  ] as const)('fails at once for %s, in the words of the cluster', async (_, refuses, words) => {
    const strict = await serveKubernetes({ refuses });
    writeFileSync(join(dir, 'kubeconfig'), kubeconfigFor(strict.url, secret));
    const end = await kubernetesDeployer.apply(effectOf(), {});
    expect(end).toMatchObject({ outcome: 'failed', because: expect.stringMatching(words) });
    expect(strict.patches).toEqual([]);
    strict.close();
  });

  test.each([
    ['an image by digest without one', { image: 'registry.test/shop@{{digest}}' }, 'the release has none'],
    ['a container that is not there', { container: 'sidecar' }, 'no container "sidecar", only web'],
  ])('fails before it does anything for %s', async (_, changes, words) => {
    const end = await kubernetesDeployer.apply(effectOf({}, changes), {});
    expect(end).toMatchObject({ outcome: 'failed', because: expect.stringContaining(words) });
    expect(api.patches).toEqual([]);
  });

  test.each([
    ['a kubeconfig that is not there', { kubeconfig: './nowhere' }],
    ['a context that is not there', { context: 'nowhere' }],
    ['no kubeconfig outside of a cluster', { kubeconfig: undefined }],
  ])('cannot be used with %s', async (_, changes) => {
    await expect(kubernetesDeployer.apply(effectOf({}, changes), {})).rejects.toMatchObject({
      code: 'DEPLOYER_UNUSABLE',
    });
  });

  test('takes a kubeconfig from a secret, and never repeats it', async () => {
    process.env['KUBE_TEST'] = kubeconfigFor(api.url, secret);
    expect(
      await kubernetesDeployer.probe(effectOf({}, { kubeconfig: 'secret://KUBE_TEST' }), {}),
    ).toMatchObject({
      kind: 'runs',
      version: '1.3.0',
    });
    process.env['KUBE_TEST'] = `{ ${secret}: [`;
    const failed = kubernetesDeployer.probe(effectOf({}, { kubeconfig: 'secret://KUBE_TEST' }), {});
    await expect(failed).rejects.toMatchObject({
      code: 'DEPLOYER_UNUSABLE',
      message: expect.not.stringContaining(secret),
    });
    delete process.env['KUBE_TEST'];
  });

  test('is unknown where its cluster goes away after the change was sent', async () => {
    const flaky = await serveKubernetes({
      troubles: (call) => (call === 1 ? 'none' : call === 2 ? 'loseAnswer' : 'unavailable'),
    });
    writeFileSync(join(dir, 'kubeconfig'), kubeconfigFor(flaky.url, secret));
    expect(await kubernetesDeployer.apply(effectOf(), {})).toMatchObject({ outcome: 'unknown' });
    flaky.close();
  });
});
