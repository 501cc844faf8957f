import { createHash } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import { StageSchema } from '../policy/policy.schema.ts';
import { subjectDifference, subjectDigest, subjectOf, type Unsigned } from './subject.ts';

const hash = (text: string): string => createHash('sha256').update(text).digest('hex');
const policy = StageSchema.parse({
  environment: 'production',
  approvals: [{ role: 'qa' }],
  deploy: {
    kind: 'http',
    apply: { url: 'https://deploy.test', body: { ratio: 0.25 } },
    undo: { url: 'https://deploy.test' },
    steps: [{ weight: 100 }],
  },
});
const stage: Unsigned = {
  environment: 'production',
  production: true,
  exclusive: false,
  checks: [],
  rules: policy.approvals,
  candidates: [{ id: 'ana', name: 'Ana', roles: ['qa'] }],
  excluded: [],
  approval: { expiresMs: 1, graceMs: 0, onExpiry: 'close', assurance: 'link' },
  engineSignals: 'refuse',
  deploy: policy.deploy,
  deployTimeoutMs: 1,
  analysis: [],
  soakMs: 1_800_000,
  autoRollback: true,
  components: [
    {
      service: 'shop',
      version: '1.4.0',
      digest: 'a',
      mode: 'deploy',
      dependsOn: [],
      previousVersion: '1.3.9',
    },
  ],
};
const commits = ['c1', 'c2'];
const component = stage.components[0]!;

describe('the subject of an approval', () => {
  test('is the same for the same plan, whatever the order of its names', () => {
    const turned = Object.fromEntries(Object.entries(stage).reverse()) as unknown as Unsigned;
    expect(subjectDigest(subjectOf(turned, commits), hash)).toBe(
      subjectDigest(subjectOf(stage, commits), hash),
    );
    expect(subjectDigest(subjectOf(stage, commits), hash)).toMatch(/^[0-9a-f]{64}$/);
  });

  test.each<[string, Unsigned, string[], string[]]>([
    ['another digest', { ...stage, components: [{ ...component, digest: 'b' }] }, commits, ['components']],
    ['another mode', { ...stage, components: [{ ...component, mode: 'redeploy' }] }, commits, ['components']],
    [
      'another version to go back to',
      { ...stage, components: [{ ...component, previousVersion: '1.3.8' }] },
      commits,
      ['rollback'],
    ],
    ['a further commit', stage, [...commits, 'c3'], ['changes']],
    [
      'a further step',
      {
        ...stage,
        deploy: {
          ...stage.deploy,
          steps: [
            { weight: 50, hold: '0s' },
            { weight: 100, hold: '0s' },
          ],
        },
      },
      commits,
      ['rollout'],
    ],
    [
      'A18: a higher quorum',
      { ...stage, rules: [{ role: 'qa', atLeast: 2, not: [] }] },
      commits,
      ['approvals'],
    ],
    [
      'a shorter soak and no rollback',
      { ...stage, soakMs: 0, autoRollback: false },
      commits,
      ['rollback', 'observation'],
    ],
    ['A16: nothing', stage, commits, []],
    ['a new colleague', { ...stage, candidates: [] }, commits, []],
  ])('A14: %s changes exactly its part', (_, next, nextCommits, parts) => {
    const [before, after] = [subjectOf(stage, commits), subjectOf(next, nextCommits)];
    expect(subjectDifference(before, after)).toEqual(parts);
    expect(subjectDigest(before, hash) === subjectDigest(after, hash)).toBe(parts.length === 0);
  });
});
