import { expect, test } from '@jest/globals';
import { aPolicy } from '../../test/support/a-policy.ts';
import { CheckSchema } from './check.schema.ts';
import type { Policy, Stage } from './policy.schema.ts';
import { effectiveStage } from './plan-stage.ts';
import { stageGates } from './stage-gates.ts';

/** The last stage of the usual policy with more in it. */
function production(over: Partial<Stage>): { policy: Policy; stage: Stage } {
  const policy = aPolicy();
  const stages = policy.pipelines['web'] ?? [];
  const last = stages.at(-1);
  if (!last) throw new Error('the usual policy has a last stage');
  const stage = { ...last, ...over };
  stages[stages.length - 1] = stage;
  return { policy, stage };
}

test('a stage that asks for nothing has no gates, and is planned as before', () => {
  const { policy, stage } = production({});
  expect(stageGates(policy, stage)).toBeUndefined();
  expect(effectiveStage(policy, stage)).not.toHaveProperty('gates');
});

test('what is left out comes from the stage before', () => {
  const { policy, stage } = production({ gates: { promotion: {}, soak: { atLeast: '2h' } } });
  expect(stageGates(policy, stage)).toEqual({
    promotion: { from: ['staging'], which: 'any' },
    soak: { from: 'staging', atLeastMs: 7_200_000 },
  });
});

test('the way back is asked as the stage says, else as its environment does', () => {
  const strict = production({});
  for (const environment of strict.policy.environments) environment.rollback = 'required';
  expect(stageGates(strict.policy, strict.stage)).toEqual({ rollback: { isRequired: true } });
  expect(stageGates(strict.policy, { ...strict.stage, gates: { rollback: 'shown' } })).toEqual({
    rollback: { isRequired: false },
  });
  const { policy, stage } = production({ gates: { rehearsed: '30d' } });
  expect(stageGates(policy, stage)).toEqual({
    rollback: { isRequired: false, rehearsedWithinMs: 30 * 86_400_000 },
  });
});

test('sampled checks make a sampling gate', () => {
  const alerts = CheckSchema.parse({
    id: 'alerts',
    kind: 'http',
    url: 'http://alerts',
    sample: { interval: '5m', timeout: '1h' },
  });
  const { policy, stage } = production({ checks: [alerts], gates: { waive: { role: 'qa' } } });
  expect(stageGates(policy, stage)).toEqual({
    sampling: { delayMs: 0, intervalMs: 300_000, minSuccessMs: 0, timeoutMs: 3_600_000 },
    waiverRole: 'qa',
  });
});
