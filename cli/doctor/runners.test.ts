import { expect, test } from '@jest/globals';
import { judgeRunners, runnersOf } from './runners.ts';

const now = new Date('2026-11-27T12:00:00Z');
const before = (seconds: number): Date => new Date(now.getTime() - seconds * 1_000);

test('each runner is looked for once, however many environments it serves', () => {
  const place = (id: string, runner?: string) => ({
    id,
    production: false,
    exclusive: true,
    ...(runner ? { runner } : {}),
  });
  expect(
    runnersOf({ environments: [place('a', 'eu'), place('b'), place('c', 'eu'), place('d', 'us')] }),
  ).toEqual(['eu', 'us']);
});

test('runners that asked for work a moment ago are well', async () => {
  await expect(
    judgeRunners(['eu', 'us'], async () => before(20), { workersAt: undefined, here: now }),
  ).resolves.toBe('eu, us: there, and asking for work.');
});

test.each([
  ['never seen', undefined, 'No runner eu has been seen yet'],
  ['quiet for long', before(600), 'There is no runner eu since'],
])('a runner that was %s is named with the command that starts it', async (_, seen, words) => {
  await expect(
    judgeRunners(['eu'], async () => seen, { workersAt: undefined, here: now }),
  ).rejects.toMatchObject({
    code: 'RUNNER_AWAY',
    problem: { detail: expect.stringContaining(words) },
  });
  await expect(
    judgeRunners(['eu'], async () => seen, { workersAt: undefined, here: now }),
  ).rejects.toMatchObject({
    problem: { detail: expect.stringContaining('gantry worker --runner eu') },
  });
});
