import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { factorRules } from './factors.ts';
import { riskFactors, type Measures, type RiskFacts, type RiskFactor } from './model.ts';
import { bandAt, scoreRisk, worstOf } from './score.ts';

const nothing = Object.fromEntries(
  riskFactors.map((factor) => [factor, { kind: 'notApplicable', because: 'Does not arise.' }]),
) as unknown as RiskFacts;

const facts = (measures: Partial<Measures>): RiskFacts => ({
  ...nothing,
  ...Object.fromEntries(
    Object.entries(measures).map(([factor, measure]) => [
      factor,
      { kind: 'measured', measure, evidence: [] },
    ]),
  ),
});
const unknown = { kind: 'unknown', because: 'the server is down.' } as const;

const r1: Partial<Measures> = {
  deps: { patch: 1, minor: 0, major: 0 },
  reach: { tier: 2, dependants: 0 },
};
const r2: Partial<Measures> = {
  size: { files: 10 },
  migration: { worst: 'additive', files: 1 },
  deps: { patch: 0, minor: 0, major: 1 },
  age: { days: 7 },
  reach: { tier: 1, dependants: 0 },
  rollback: { state: 'planned' },
};
const r3: Partial<Measures> = {
  ...r2,
  size: { files: 200 },
  migration: { worst: 'irreversible', files: 1 },
  history: { failed: 2, of: 10 },
  timing: { isOffHours: true, isWeekEnding: false, isWindowEnding: false, isFreezeNear: false },
};
const worst: Measures = {
  size: { files: 5000 },
  migration: { worst: 'irreversible', files: 9 },
  deps: { patch: 9, minor: 9, major: 9 },
  config: { groups: ['setting', 'secret', 'infrastructure'] },
  contract: { changed: 9 },
  reach: { tier: 1, dependants: 5 },
  train: { components: 99 },
  newAuthor: { authors: 9 },
  age: { days: null },
  history: { failed: 10, of: 10 },
  incidents: { sev1: 9, sev2: 9, sev3: 9 },
  rollback: { state: 'failed' },
  evidence: { results: 99 },
  late: { commits: 99 },
  waivers: { live: 9, isOverBudget: true },
  soak: { isShortened: true },
  timing: { isOffHours: true, isWeekEnding: true, isWindowEnding: true, isFreezeNear: true },
  bugs: { blocker: 9, major: 9, minor: 9 },
  coverage: { lost: 99 },
  findings: { error: 99, warning: 99 },
};

describe('the points of a release', () => {
  test.each<[id: string, measured: RiskFacts, points: number, band: string]>([
    ['R1', facts(r1), 4, 'low'],
    ['R2', facts(r2), 26, 'moderate'],
    ['R3', facts(r3), 54, 'high'],
    ['R4', facts({ ...r3, waivers: { live: 4, isOverBudget: false } }), 63, 'veryHigh'],
    ['R5', { ...facts(r1), size: unknown }, 10, 'low'],
    ['R6', facts(worst), 100, 'veryHigh'],
  ])('%s', (_, measured, points, band) => {
    const score = scoreRisk(measured);
    expect([score.points, bandAt(score.points)]).toEqual([points, band]);
  });

  test('R5: what is unknown is marked, scores half of its cap, and is kept apart from what was measured', () => {
    const score = scoreRisk({ ...facts(r1), size: unknown });
    expect(score.factors[0]).toEqual({
      factor: 'size',
      points: 6,
      cap: 12,
      state: 'unknown',
      sentence: 'Unknown: the server is down.',
      evidence: [],
    });
    expect(score.measured).toBe(4);
  });

  test('R6: all caps together are 167, and every one is reached', () => {
    const { factors } = scoreRisk(facts(worst));
    expect(factors.every(({ points, cap }) => points === cap)).toBe(true);
    expect(factors.reduce((sum, { cap }) => sum + cap, 0)).toBe(167);
  });

  test.each([
    [0, 'low'],
    [19, 'low'],
    [20, 'moderate'],
    [39, 'moderate'],
    [40, 'high'],
    [59, 'high'],
    [60, 'veryHigh'],
    [100, 'veryHigh'],
  ])('R8: %s points are %s', (points, band) => {
    expect(bandAt(points)).toBe(band);
  });

  test('bands may begin where the policy says', () => {
    expect([24, 25, 50, 90].map((at) => bandAt(at, { moderate: 25, high: 50, veryHigh: 90 }))).toEqual([
      'low',
      'moderate',
      'high',
      'veryHigh',
    ]);
  });

  test('of several components the worst counts, factor by factor', () => {
    const both = worstOf([
      scoreRisk(facts({ size: { files: 60 } })),
      scoreRisk({ ...facts(r1), size: unknown }),
    ]);
    expect(both.points).toBe(8 + 4);
    expect(both.factors.map(({ factor }) => factor)).toEqual(riskFactors);
  });
});

describe('each step of the table', () => {
  const pointsOf = <F extends RiskFactor>(factor: F, measure: Measures[F]): number =>
    Math.min(factorRules[factor].cap, factorRules[factor].points(measure));

  test.each([
    [9, 0],
    [10, 4],
    [49, 4],
    [50, 8],
    [199, 8],
    [200, 12],
  ])('%s files: %s', (files, points) => expect(pointsOf('size', { files })).toBe(points));
  test.each([
    [6, 0],
    [7, 2],
    [29, 2],
    [30, 5],
    [89, 5],
    [90, 8],
    [null, 8],
  ])('%s days since the last deployment: %s', (days, points) =>
    expect(pointsOf('age', { days })).toBe(points),
  );
  test.each([
    [-3, 0],
    [0.49, 0],
    [0.5, 3],
    [1.99, 3],
    [2, 6],
  ])('%s points of coverage lost: %s', (lost, points) => expect(pointsOf('coverage', { lost })).toBe(points));
  test.each([
    [3, 4, 0],
    [2, 4, 3],
    [1, 4, 6],
    [1, 5, 9],
    [3, 5, 3],
  ] as const)('tier %s with %s dependants: %s', (tier, dependants, points) =>
    expect(pointsOf('reach', { tier, dependants })).toBe(points),
  );
  test.each([
    [0, 0],
    [1, 4],
    [2, 6],
    [4, 6],
  ])('%s circumstances of the moment: %s', (n, points) => {
    const timing = {
      isOffHours: n > 0,
      isWeekEnding: n > 1,
      isWindowEnding: n > 2,
      isFreezeNear: n > 3,
    };
    expect(pointsOf('timing', timing)).toBe(points);
  });
});

describe('whatever the facts', () => {
  const counts = fc.nat(1000);
  const fact = <F extends RiskFactor>(measure: fc.Arbitrary<Measures[F]>) =>
    fc.oneof(
      measure.map((found) => ({ kind: 'measured' as const, measure: found, evidence: [] })),
      fc.constant(unknown),
      fc.constant({ kind: 'notApplicable' as const, because: 'No.' }),
    );
  const anyFacts = fc.record({
    size: fact<'size'>(fc.record({ files: counts })),
    migration: fact<'migration'>(
      fc.record({ worst: fc.constantFrom('none', 'additive', 'backfill', 'irreversible'), files: counts }),
    ),
    deps: fact<'deps'>(fc.record({ patch: counts, minor: counts, major: counts })),
    history: fact<'history'>(fc.record({ failed: counts, of: counts })),
    bugs: fact<'bugs'>(fc.record({ blocker: counts, major: counts, minor: counts })),
    findings: fact<'findings'>(fc.record({ error: counts, warning: counts })),
    waivers: fact<'waivers'>(fc.record({ live: counts, isOverBudget: fc.boolean() })),
    age: fact<'age'>(fc.record({ days: fc.option(counts) })),
  });

  test('points lie between 0 and 100, and no factor is over its cap', () => {
    fc.assert(
      fc.property(anyFacts, (some) => {
        const { points, measured, factors } = scoreRisk({ ...nothing, ...some });
        expect(points).toBeGreaterThanOrEqual(measured);
        expect(points).toBeLessThanOrEqual(100);
        expect(factors.every((one) => one.points >= 0 && one.points <= one.cap)).toBe(true);
      }),
    );
  });

  test('one more of anything never lowers the points', () => {
    fc.assert(
      fc.property(
        anyFacts,
        fc.constantFrom('size', 'deps', 'history', 'bugs', 'findings'),
        (some, factor) => {
          const fewer = { ...nothing, ...some };
          const known = fewer[factor];
          if (known.kind !== 'measured') return;
          const measure = Object.fromEntries(Object.entries(known.measure).map(([key, n]) => [key, n + 1]));
          const more = { ...fewer, [factor]: { ...known, measure } } as RiskFacts;
          expect(scoreRisk(more).points).toBeGreaterThanOrEqual(scoreRisk(fewer).points);
        },
      ),
    );
  });

  test('the order in which facts came in, and of components, changes no point', () => {
    fc.assert(
      fc.property(anyFacts, anyFacts, (some, others) => {
        const whole = { ...nothing, ...some };
        const turned = Object.fromEntries(Object.entries(whole).reverse()) as unknown as RiskFacts;
        expect(scoreRisk(turned)).toEqual(scoreRisk(whole));
        const [a, b] = [scoreRisk(whole), scoreRisk({ ...nothing, ...others })];
        expect(worstOf([a, b]).points).toBe(worstOf([b, a]).points);
      }),
    );
  });
});
