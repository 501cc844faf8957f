import { expect, test } from '@jest/globals';
import { aPolicy } from '../../test/support/a-policy.ts';
import { effectiveStage } from './plan-stage.ts';

test('a stage in production gets five minutes of grace and refuses engine signals', () => {
  const policy = aPolicy();
  const stage = effectiveStage(policy, policy.pipelines['web']![1]!);
  expect(stage).toMatchObject({
    environment: 'production',
    production: true,
    exclusive: true,
    approval: { expiresMs: 72 * 3_600_000, graceMs: 300_000, onExpiry: 'close', assurance: 'link' },
    engineSignals: 'refuse',
    deployTimeoutMs: 900_000,
    soakMs: 1_800_000,
    autoRollback: true,
  });
  expect(stage.candidates).toEqual([
    { id: 'ana', name: 'Ana Lopez', team: 'web', roles: ['qa'] },
    { id: 'ben', name: 'Ben Okoro', roles: ['qa', 'security'] },
  ]);
});

test('a stage elsewhere has no grace and lets engine signals count', () => {
  const policy = aPolicy();
  const stage = effectiveStage(policy, policy.pipelines['web']![0]!);
  expect(stage).toMatchObject({
    production: false,
    approval: { graceMs: 0 },
    engineSignals: 'allow',
    soakMs: 0,
  });
});

test('what the stage says itself wins over its environment', () => {
  const policy = aPolicy();
  const stage = policy.pipelines['web']![1]!;
  stage.approval.grace = '0s';
  stage.engineSignals = 'allow';
  expect(effectiveStage(policy, stage)).toMatchObject({ approval: { graceMs: 0 }, engineSignals: 'allow' });
});

test('an unknown environment is never taken for a lax one', () => {
  const policy = aPolicy();
  const stage = { ...policy.pipelines['web']![0]!, environment: 'moon' };
  expect(() => effectiveStage(policy, stage)).toThrow('moon');
});
