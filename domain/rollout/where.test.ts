import { describe, expect, test } from '@jest/globals';
import type { CompensationView, RolloutView } from '../release/release.ts';
import { undoAction } from './undo.ts';
import type { StepView } from './view.ts';
import { componentState, runsInWords, runsWhere, stepName } from './where.ts';

const rollout = (steps: StepView[], over: Partial<RolloutView> = {}): RolloutView => ({
  service: 'shop',
  version: '1.4.0',
  previousVersion: '1.3.0',
  mode: 'deploy',
  steps,
  exposure: 0,
  metrics: [],
  ...over,
});
const undone = (state: CompensationView['state']): Partial<RolloutView> => ({
  compensation: { state, attempts: 1, because: '' },
});
const until = '2026-11-26T10:30:00.000Z';

describe('where a component stands', () => {
  test.each<[string, RolloutView, string]>([
    ['before its turn', rollout([{ weight: 100, state: 'pending' }]), 'not touched'],
    ['under way', rollout([{ weight: 10, state: 'applying' }]), 'going to 10 %'],
    [
      'in a pause',
      rollout([{ weight: 10, state: 'holding', until }], { exposure: 10 }),
      'at 10 %, until Thu 26 Nov 10:30 UTC',
    ],
    [
      'waiting for a person',
      rollout([{ weight: 10, state: 'holding', until: 'manual' }], { exposure: 10 }),
      'at 10 %, until a person goes on',
    ],
    [
      'in a wave',
      rollout([{ weight: 40, state: 'applying', targets: ['eu-1', 'eu-2'] }], { exposure: 20 }),
      'at 20 %, going on: eu-1 and eu-2',
    ],
    ['failed', rollout([{ weight: 100, state: 'failed', action: 'switch' }]), 'failed: switch all traffic'],
    [
      'through',
      rollout([
        { weight: 10, state: 'skipped' },
        { weight: 100, state: 'done' },
      ]),
      'on 1.4.0',
    ],
    ['back', rollout([{ weight: 10, state: 'done' }], undone('compensated')), 'back on 1.3.0'],
    ['stuck', rollout([{ weight: 10, state: 'done' }], undone('failed')), 'undo failed'],
  ])('%s', (_, one, words) => {
    expect(componentState(one)).toBe(words);
  });
});

test.each<[StepView['state'], string]>([
  ['holding', 'left at 20 %'],
  ['applying', 'left on the way to 20 %: nobody knows what it has'],
  ['failed', 'failed: 20 %'],
])('of a release that has ended nothing is watched and nothing goes on: %s', (state, words) => {
  expect(componentState(rollout([{ weight: 20, state }], { exposure: 20 }), true)).toBe(words);
});

describe('what runs where', () => {
  const done: StepView[] = [{ weight: 100, state: 'done' }];
  test.each<[string, RolloutView, string]>([
    ['untouched', rollout([{ weight: 100, state: 'pending' }]), '1.3.0'],
    [
      'half way',
      rollout([{ weight: 10, state: 'holding' }], { exposure: 10 }),
      '1.4.0 takes 10 %, 1.3.0 the rest',
    ],
    ['through', rollout(done, { exposure: 100 }), '1.4.0'],
    ['undone', rollout(done, { exposure: 0, ...undone('compensated') }), '1.3.0'],
    ['undone by hand', rollout(done, { exposure: 100, ...undone('doneByHand') }), '1.3.0'],
    ['waiting for its dependant', rollout(done, { exposure: 100, ...undone('needsPeople') }), '1.4.0'],
    [
      'whose undo failed',
      rollout(done, { exposure: 100, ...undone('failed') }),
      'nobody knows: it was at 100 % on 1.4.0',
    ],
    [
      'whose step failed',
      rollout([{ weight: 50, state: 'failed' }], { exposure: 10, ...undone('pending') }),
      'nobody knows: it was at 10 % on 1.4.0',
    ],
  ])('of a component %s', (_, one, runs) => {
    expect(runsWhere(one)).toEqual([{ where: 'shop', runs }]);
  });

  test('is said of nothing where it was a first deployment that was taken back', () => {
    const first = rollout(done, { exposure: 0, ...undone('compensated') });
    delete first.previousVersion;
    expect(runsInWords({ rollout: [first] })).toBe('shop: nothing');
  });
});

describe('names of steps', () => {
  test.each<[StepView, string]>([
    [{ weight: 10, state: 'pending' }, '10 %'],
    [{ weight: 40, state: 'pending', targets: ['eu-1', 'eu-2'] }, 'eu-1 and eu-2'],
    [{ weight: 100, state: 'pending', action: 'retire' }, 'take the old version away'],
  ])('%j', (step, name) => {
    expect(stepName(step)).toBe(name);
  });
});

test('green without traffic is told beside what runs, and not before it is there', () => {
  const green = (state: StepView['state']) =>
    runsWhere(rollout([{ weight: 0, state, action: 'deploy' }], { exposure: 0 }))[0]?.runs;
  expect(green('holding')).toMatch(/^1\.3\.0, and 1\.4\.0 stands there without traffic$/);
  expect(green('pending')).toBe('1.3.0');
});

describe('the undo of a blue-green rollout', () => {
  const steps = (retire: StepView['state']): StepView[] => [
    { weight: 0, state: 'done', action: 'deploy' },
    { weight: 100, state: 'holding', action: 'switch' },
    { weight: 100, state: retire, action: 'retire' },
  ];

  test('switches back while the old version is there, and restores it where it may be gone', () => {
    expect(undoAction(steps('pending'))).toBe('switchBack');
    expect(undoAction(steps('applying'))).toBe('restore');
    expect(undoAction(steps('failed'))).toBe('restore');
    expect(undoAction(steps('done'))).toBe('restore');
    expect(undoAction([{ weight: 100, state: 'done' }])).toBeUndefined();
  });
});
