import { expect, test } from '@jest/globals';
import { aRelease } from '../../../test/support/release-view.ts';
import { pageCommands } from './commands.ts';

test.each([
  ['failed' as const, /^Lifts the hold\. A step failed, so it does not go on then: it ends/],
  ['holding' as const, /^Lifts the hold; gates are asked again, then it goes on where it stands\.$/],
])('resuming behind a step that is %s says what it does', (state, told) => {
  const rollout = {
    ...{ service: 'shop', version: '1.4.0', mode: 'deploy' as const, exposure: 10, metrics: [] },
    steps: [{ weight: 10, state }],
  };
  const held = aRelease({
    ...{ state: 'held', stage: 'production' },
    stages: [
      {
        ...{ environment: 'production', state: 'deploying', checks: [], verdicts: [], soak: [] },
        rollout: [rollout],
      },
    ],
    holds: [{ by: 'gantry', reason: 'it is a rollback', at: '2026-11-26T09:00:00.000Z', kind: 'analysis' }],
  });
  expect(pageCommands.find(({ path }) => path === 'resume')?.effect(held)).toMatch(told);
});
