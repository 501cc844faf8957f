import { describe, expect, test } from '@jest/globals';
import type { RolloutView } from '../release/release.ts';
import { advancing, isPassedOver, isUnpaused, skipAhead } from './skip.ts';
import type { StepView } from './view.ts';

const word = { by: 'ana', reason: 'looks good', at: '2026-11-26T10:00:00.000Z' };
const rollout = (steps: StepView[], over: Partial<RolloutView> = {}): RolloutView => ({
  service: 'shop',
  version: '1.4.0',
  mode: 'deploy',
  steps,
  exposure: 0,
  metrics: [],
  ...over,
});
const until = '2026-11-26T11:00:00.000Z';
const step = (weight: number, state: StepView['state']): StepView => ({
  weight,
  state,
  ...(state === 'holding' ? { until } : {}),
});
const canary = (...states: StepView['state'][]) =>
  rollout(states.map((state, index) => step([10, 50, 100][index] ?? 100, state)));
const blueGreen = (...states: StepView['state'][]) =>
  rollout(
    states.map((state, index) => ({
      ...step(index === 0 ? 0 : 100, state),
      action: (['deploy', 'switch', 'retire'] as const)[index] ?? 'deploy',
    })),
  );

describe('advance', () => {
  test.each([
    ['nothing has begun', canary('pending', 'pending', 'pending'), false, false],
    ['a step is under way', canary('applying', 'pending', 'pending'), false, true],
    ['it pauses', canary('holding', 'pending', 'pending'), true, true],
    ['it is held between steps', canary('done', 'pending', 'pending'), false, true],
    ['only the last step is left', canary('done', 'done', 'pending'), false, false],
    ['it pauses at full exposure', canary('done', 'done', 'holding'), true, false],
    ['it is through', canary('done', 'done', 'done'), false, false],
    ['green waits for the switch', blueGreen('holding', 'pending', 'pending'), true, true],
    ['the old version is kept', blueGreen('done', 'holding', 'pending'), true, false],
  ])('where %s: to the next step %s, to 100 %s', (_, one, next, full) => {
    expect(advancing([one], {}).length > 0).toBe(next);
    expect(advancing([one], { to: 100 }).length > 0).toBe(full);
  });

  test('leaves a measurement without a pause alone, and may still go on to 100 after it', () => {
    const one = rollout([
      { weight: 10, state: 'holding' },
      { weight: 100, state: 'pending' },
    ]);
    expect(advancing([one], {})).toEqual([]);
    skipAhead(one, { to: 100 }, word);
    expect(one.steps[0]?.skipped).toBeUndefined();
    expect(one.toFull).toEqual(word);
  });

  test('skips a pause once', () => {
    const one = canary('holding', 'pending', 'pending');
    skipAhead(one, {}, word);
    expect(one.steps[0]?.skipped).toEqual(word);
    expect(one.toFull).toBeUndefined();
    expect(advancing([one], {})).toEqual([]);
    expect(isPassedOver(one, 1)).toBe(false);
  });

  test('to 100 passes the steps between over, and never the last one', () => {
    const one = canary('holding', 'pending', 'pending');
    skipAhead(one, { to: 100 }, word);
    expect([0, 1, 2].map((index) => isPassedOver(one, index))).toEqual([true, true, false]);
    expect([0, 1, 2].map((index) => isUnpaused(one, index))).toEqual([true, true, false]);
    expect(advancing([one], { to: 100 })).toEqual([]);
  });

  test('to 100 leaves no target and no operation out, and the old version stays as long as ever', () => {
    const waves = rollout([
      { ...step(20, 'holding'), targets: ['a'] },
      { weight: 60, state: 'pending', targets: ['b'] },
      { weight: 100, state: 'pending', targets: ['c'] },
    ]);
    skipAhead(waves, { to: 100 }, word);
    expect([0, 1, 2].some((index) => isPassedOver(waves, index))).toBe(false);
    const green = blueGreen('holding', 'pending', 'pending');
    skipAhead(green, { to: 100 }, word);
    expect([0, 1, 2].some((index) => isPassedOver(green, index))).toBe(false);
    expect([0, 1].map((index) => isUnpaused(green, index))).toEqual([true, false]);
  });

  test('of one service leaves the others alone', () => {
    const [one, other] = [canary('holding', 'pending'), { ...canary('holding', 'pending'), service: 'cart' }];
    expect(advancing([one, other], { service: 'cart' })).toEqual([other]);
    expect(advancing([one, other], {})).toEqual([one, other]);
  });
});
