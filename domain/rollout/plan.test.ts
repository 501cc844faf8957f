import { describe, expect, test } from '@jest/globals';
import { CommandDeployerSchema } from '../policy/deployer.schema.ts';
import { openingRollout } from './opening.ts';
import { deployerFor, firstWeightOf, isStepwise, pausesMs, planRollout } from './plan.ts';
import { planInWords } from './plan-words.ts';

const minute = 60_000;
const deployer = (settings: object) =>
  CommandDeployerSchema.parse({ kind: 'command', apply: ['a'], undo: ['u'], ...settings });
const targets = ['eu-1', 'eu-2', 'us-1', 'us-2', 'ap-1'];
const batches = (over = {}) => deployer({ rollout: { kind: 'batches', targets, ...over } });
const blueGreen = (over = {}) => deployer({ rollout: { kind: 'blueGreen', ...over } });

describe('all at once', () => {
  test('is one operation, and no rollout worth planning ahead', () => {
    const plan = planRollout(deployer({}));
    expect(plan).toEqual({ kind: 'steps', steps: [{ weight: 100, share: 100, hold: 0, first: 1 }] });
    expect(isStepwise(plan)).toBe(false);
  });
});

describe('a canary', () => {
  const canary = deployer({
    steps: [{ weight: 10, hold: '5m' }, { weight: 50, hold: 'manual' }, { weight: 100 }],
  });

  test('is a step for each share of traffic; what people take is not reckoned as a pause', () => {
    expect(planRollout(canary).steps.map(({ weight, hold }) => [weight, hold])).toEqual([
      [10, 5 * minute],
      [50, 'manual'],
      [100, 0],
    ]);
    expect(isStepwise(planRollout(canary))).toBe(true);
    expect(pausesMs(canary)).toBe(5 * minute);
    expect(firstWeightOf(canary)).toBe(10);
    expect(planInWords(canary)).toEqual([
      '10, 50, 100 % of traffic',
      '5 min after 10 %',
      'a person goes on after 50 %',
    ]);
  });

  test('is stepwise with one step that is held, too', () => {
    expect(isStepwise(planRollout(deployer({ steps: [{ weight: 100, hold: 'manual' }] })))).toBe(true);
  });
});

describe('batches', () => {
  test('take their targets in order, wave by wave, the last one all that are left', () => {
    const plan = planRollout(batches({ waves: [{ size: 1, hold: '10m' }, { size: 2 }, {}], maxFailures: 2 }));
    expect(plan).toEqual({
      kind: 'batches',
      maxFailures: 2,
      steps: [
        { weight: 20, share: 100, hold: 10 * minute, targets: ['eu-1'], first: 1 },
        { weight: 60, share: 100, hold: 0, targets: ['eu-2', 'us-1'], first: 2 },
        { weight: 100, share: 100, hold: 0, targets: ['us-2', 'ap-1'], first: 4 },
      ],
    });
  });

  test('go target by target and end with the first failure where nothing else is said', () => {
    const plan = planRollout(batches());
    expect(plan.steps.map((step) => step.targets)).toEqual(targets.map((target) => [target]));
    expect(plan.maxFailures).toBe(1);
  });

  test('never show 100 % before the last target', () => {
    const many = Array.from({ length: 200 }, (_, index) => `t${index}`);
    const { steps } = planRollout(batches({ targets: many }));
    expect(steps.slice(0, -1).every(({ weight }) => weight <= 99)).toBe(true);
    expect(steps.at(-1)?.weight).toBe(100);
  });

  test('begin with every target untouched', () => {
    const opening = openingRollout(planRollout(batches({ waves: [{ size: 2 }, {}] })));
    expect(opening.targets).toEqual(targets.map((name) => ({ name, state: 'pending' })));
    expect(opening.steps[0]).toEqual({ weight: 40, state: 'pending', targets: ['eu-1', 'eu-2'] });
  });

  test('are told wave by wave', () => {
    expect(planInWords(batches({ waves: [{ size: 1, hold: 'manual' }, {}] }))).toEqual([
      'in 2 waves: eu-1 → eu-2, us-1, us-2, ap-1',
      'a person goes on after wave 1',
      'sent back once 1 failed',
    ]);
  });
});

describe('blue-green', () => {
  test('deploys without traffic, switches all of it, and takes the old version away an hour later', () => {
    expect(planRollout(blueGreen()).steps).toEqual([
      { weight: 0, share: 0, hold: 0, first: 1, action: 'deploy' },
      { weight: 100, share: 100, hold: 60 * minute, first: 2, action: 'switch' },
      { weight: 100, share: 100, hold: 0, first: 3, action: 'retire' },
    ]);
    expect(firstWeightOf(blueGreen())).toBe(100); // all customers meet it at once
  });

  test('keeps its test, the pause before the switch and the time of the old version', () => {
    const test_ = { id: 'smoke', kind: 'command', run: ['./smoke.sh'] };
    const settings = blueGreen({ test: test_, hold: 'manual', keep: '30m' });
    const [green, switched] = planRollout(settings).steps;
    expect(green).toMatchObject({ hold: 'manual', test: { id: 'smoke' } });
    expect(switched?.hold).toBe(30 * minute);
    expect(planInWords(settings)).toEqual([
      'beside what runs, tested by smoke, then all traffic is switched',
      'a person goes on before the switch',
      'the old version is kept for 30 min',
    ]);
  });
});

describe('a version that runs there already', () => {
  const canary = deployer({
    steps: [
      { weight: 10, hold: '5m' },
      { weight: 100, hold: '1m' },
    ],
  });

  test('goes to all of it in one step: a share would give the rest to what was left there', () => {
    const once = deployerFor(canary, ['redeploy', 'redeploy']);
    expect(planRollout(once).steps).toEqual([{ weight: 100, share: 100, hold: minute, first: 1 }]);
    expect(planInWords(once)[0]).toBe('100 % of traffic');
  });

  test.each([
    ['beside one that is new', canary, ['redeploy', 'deploy'] as const],
    ['a rollback', canary, ['rollback'] as const],
    ['of nothing', canary, [] as const],
    ['target by target', batches(), ['redeploy'] as const],
    ['beside what runs', blueGreen(), ['redeploy'] as const],
  ])('%s keeps its way', (_, settings, modes) => {
    expect(deployerFor(settings, modes)).toBe(settings);
  });
});

describe('what goes back to a version that is known there takes no pauses', () => {
  const back = <D extends Parameters<typeof deployerFor>[0]>(deploy: D) =>
    planRollout(deployerFor(deploy, ['rollback'], true)).steps;

  test('in steps: all of it at once', () => {
    const canary = deployer({
      steps: [
        { weight: 10, hold: 'manual' },
        { weight: 100, hold: '1m' },
      ],
    });
    expect(back(canary)).toEqual([{ weight: 100, share: 100, hold: 0, first: 1 }]);
  });

  test('in batches: wave after wave', () => {
    const settings = batches({ waves: [{ size: 1, hold: '1h' }, { size: 1, hold: 'manual' }, {}] });
    const [steps, ahead] = [back(settings), planRollout(settings).steps];
    expect(steps.map(({ hold }) => hold)).toEqual(ahead.map(() => 0));
    expect(steps.map(({ targets }) => targets)).toEqual(ahead.map(({ targets }) => targets));
  });

  test('beside what runs: tested, then switched; the version that it takes the place of is kept as long as ever', () => {
    const test_ = { id: 'smoke', kind: 'command', run: ['./smoke.sh'] };
    const steps = back(blueGreen({ test: test_, hold: 'manual', keep: '30m' }));
    expect(steps.map(({ hold }) => hold)).toEqual([0, 30 * minute, 0]);
    expect(steps[0]?.test).toMatchObject({ id: 'smoke' });
  });
});
