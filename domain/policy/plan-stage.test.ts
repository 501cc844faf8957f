import { describe, expect, test } from '@jest/globals';
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

describe('a stage with shorter rules for hotfixes', () => {
  const policy = aPolicy();
  const [staging, production] = policy.pipelines['web'] ?? [];
  const urgent = { urgent: true };

  test('keeps its own rules for all other releases', () => {
    const stage = { ...production!, hotfix: { approvals: [] } };
    expect(effectiveStage(policy, stage)).toEqual(effectiveStage(policy, production!));
  });

  test('asks fewer people, for less time, and runs the named checks only', () => {
    const rules = [{ role: 'security', atLeast: 1, not: [] }];
    const quick = effectiveStage(
      policy,
      { ...production!, hotfix: { approvals: rules, expires: '1h', grace: '0s' } },
      urgent,
    );
    expect(quick.rules).toEqual(rules);
    expect(quick.approval).toMatchObject({ expiresMs: 3_600_000, graceMs: 0 });
    const checked = effectiveStage(policy, { ...staging!, hotfix: { checks: ['home'] } }, urgent);
    expect(checked.checks.map(({ id }) => id)).toEqual(['home']);
  });

  test('keeps what its shorter rules do not name: the same gates, analysis and way back', () => {
    const usual = effectiveStage(policy, production!);
    expect(effectiveStage(policy, { ...production!, hotfix: {} }, urgent)).toEqual(usual);
    expect(effectiveStage(policy, production!, urgent)).toEqual(usual);
  });
});

test('who may break the glass comes with the stage, in milliseconds; without it there is no such field', () => {
  const policy = aPolicy();
  const stage = policy.pipelines['web']![1]!;
  expect(effectiveStage(policy, stage)).not.toHaveProperty('breakGlass');
  const breakGlass = { roles: ['sre'], atLeast: 1, reviewWithin: '24h' };
  expect(effectiveStage(policy, { ...stage, breakGlass }).breakGlass).toEqual({
    roles: ['sre'],
    atLeast: 1,
    reviewWithinMs: 86_400_000,
  });
});
