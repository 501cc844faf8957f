import { describe, expect, test } from '@jest/globals';
import { DeployerSchema } from '../deployer.schema.ts';
import { ofKubernetes } from './kubernetes.ts';

const path = ['pipelines', 'web', 0, 'deploy'];
const mistakes = (over: object) =>
  ofKubernetes({
    path,
    value: DeployerSchema.parse({
      kind: 'kubernetes',
      deployment: 'shop',
      image: 'registry.test/shop:{{version}}',
      ...over,
    }),
  });

describe('a kubernetes deployer', () => {
  test.each([
    ['by version', {}],
    ['by digest', { image: 'registry.test/shop@{{ digest }}' }],
    ['with the one step that all have', { steps: [{ weight: 100 }] }],
  ])('%s can come true', (_, over) => {
    expect(mistakes(over)).toEqual([]);
  });

  test.each([
    [
      'the same image for every version',
      { image: 'registry.test/shop:latest' },
      'image',
      'same for every version',
    ],
    ['shares of traffic', { steps: [{ weight: 10 }, { weight: 100 }] }, 'steps', 'share of the traffic'],
    ['two versions beside each other', { rollout: { kind: 'blueGreen' } }, 'rollout', 'one image'],
  ])('is refused with %s', (_, over, field, words) => {
    expect(mistakes(over)).toMatchObject([
      { path: [...path, field], code: 'POLICY_ROLLOUT_INVALID', detail: expect.stringContaining(words) },
    ]);
  });

  test('says nothing about other kinds', () => {
    const value = DeployerSchema.parse({
      kind: 'command',
      apply: ['a'],
      undo: ['b'],
      steps: [{ weight: 10 }, { weight: 100 }],
    });
    expect(ofKubernetes({ path, value })).toEqual([]);
  });
});

describe('the settings of new deployers', () => {
  const github = {
    kind: 'github-actions',
    repository: 'acme/shop',
    token: 'secret://GITHUB_TOKEN',
    apply: { workflow: 'deploy.yml' },
    undo: { workflow: 'deploy.yml' },
  };
  test.each([
    ['a token itself instead of its name', { ...github, token: 'ghp_abcdefgh' }],
    ['a repository without an owner', { ...github, repository: 'shop' }],
    ['a workflow by its path', { ...github, apply: { workflow: '../deploy.yml' } }],
    ['an address of no API', { ...github, api: 'file:///etc' }],
    [
      'a Deployment that no cluster could have',
      { kind: 'kubernetes', deployment: 'Shop/1', image: 'x:{{version}}' },
    ],
  ])('refuse %s', (_, settings) => {
    expect(DeployerSchema.safeParse(settings).success).toBe(false);
  });

  test('fill in what nobody wrote', () => {
    expect(DeployerSchema.parse(github)).toMatchObject({
      ref: 'main',
      api: 'https://api.github.com',
      interval: '5s',
      appears: '2m',
      timeout: '15m',
    });
  });
});
