import { describe, expect, test } from '@jest/globals';
import {
  failedTargets,
  isOverLimit,
  openingTargets,
  settleTargets,
  targetExposure,
  undoOutcome,
  undoWaves,
} from './targets.ts';
import type { RolloutView } from '../release/release.ts';
import type { TargetState, TargetView } from './view.ts';
import { runsWhere } from './where.ts';

const names = ['a', 'b', 'c', 'd', 'e'];
const waves = [['a'], ['b', 'c'], ['d', 'e']];
const subsets = Array.from({ length: 31 }, (_, index) => names.filter((__, bit) => ((index + 1) >> bit) & 1));

const rolloutOf = (targets: TargetView[]): RolloutView => ({
  service: 'shop',
  version: '1.4.0',
  previousVersion: '1.3.0',
  mode: 'deploy',
  steps: [],
  exposure: targetExposure(targets),
  metrics: [],
  targets,
});

/** Deploys wave by wave to fake targets, of which some work; ends after the wave in which the limit was reached. */
function deployTo(working: readonly string[], maxFailures: number): TargetView[] {
  const targets = openingTargets(names);
  for (const wave of waves) {
    for (const target of targets.filter(({ name }) => wave.includes(name)))
      target.state = working.includes(target.name) ? 'done' : 'failed';
    if (isOverLimit(targets, maxFailures)) break;
  }
  return targets;
}

/** Undoes them as it is planned; answers in which order. */
function undoAll(targets: readonly TargetView[], isUndoable: (name: string) => boolean): string[] {
  const order = undoWaves(waves, targets).flat();
  for (const target of targets)
    if (order.includes(target.name)) target.state = isUndoable(target.name) ? 'undone' : 'undoFailed';
  return order;
}

describe.each(subsets.map((subset) => [subset.join(''), subset] as const))(
  'a deployer that works on %s alone, of five targets',
  (_, working) => {
    test('leaves a table that says exactly what runs where, and is undone in reverse where it was touched', () => {
      const targets = deployTo(working, 1);
      const bad = names.filter((name) => !working.includes(name));
      const reached = waves.slice(0, waves.findIndex((wave) => wave.some((name) => bad.includes(name))) + 1);
      const touched = bad.length === 0 ? names : reached.flat();
      expect(runsWhere(rolloutOf(targets)).map(({ runs }) => runs)).toEqual(
        names.map((name) =>
          !touched.includes(name) ? '1.3.0' : working.includes(name) ? '1.4.0' : 'nobody knows',
        ),
      );
      const order = undoAll(targets, () => true);
      expect(order).toEqual(touched.toReversed());
      expect(undoOutcome(targets)).toEqual({
        done: true,
        because: `${touched.length} of 5 targets were touched and are back`,
      });
      expect(targetExposure(targets)).toBe(0);
      expect(runsWhere(rolloutOf(targets)).every(({ runs }) => runs === '1.3.0')).toBe(true);
    });

    test('goes on over the others where more may fail, and counts only what is known to have it', () => {
      const targets = deployTo(working, 5);
      expect(targetExposure(targets)).toBe(working.length * 20);
      expect(failedTargets(targets)).toHaveLength(5 - working.length);
      expect(undoAll(targets, () => true)).toEqual(names.toReversed());
    });

    test('undone on these alone is stuck, and names every other one; a second attempt is about those only', () => {
      const targets = deployTo(names, 1);
      undoAll(targets, (name) => working.includes(name));
      const left = names.filter((name) => !working.includes(name));
      expect(undoOutcome(targets).done).toBe(left.length === 0);
      for (const name of left) expect(undoOutcome(targets).because).toContain(name);
      expect(runsWhere(rolloutOf(targets)).map(({ runs }) => runs)).toEqual(
        names.map((name) => (left.includes(name) ? 'nobody knows' : '1.3.0')),
      );
      expect(undoAll(targets, () => true)).toEqual(left.toReversed());
      expect(undoOutcome(targets).done).toBe(true);
    });
  },
);

describe('targets', () => {
  test.each([
    [1, ['failed', 'pending'], true],
    [2, ['failed', 'done', 'pending'], false],
    [2, ['failed', 'failed'], true],
    [3, ['failed', 'failed', 'unknown'], false],
  ] as const)('with a limit of %d, %j end it: %s', (limit, states, isOver) => {
    const targets = states.map((state: TargetState, index) => ({ name: `t${index}`, state }));
    expect(isOverLimit(targets, limit)).toBe(isOver);
  });

  test.each(['doneByHand', 'left'] as const)('that were not back are %s after a person says so', (as) => {
    const targets: TargetView[] = [
      { name: 'a', state: 'undoFailed', because: 'no route' },
      { name: 'b', state: 'undone' },
      { name: 'c', state: 'pending' },
    ];
    settleTargets(targets, as, '2026-11-26T10:00:00.000Z');
    expect(targets.map(({ state }) => state)).toEqual([as, 'undone', 'pending']);
    expect(undoOutcome(targets).done).toBe(true);
  });

  test('that were begun and never answered count as touched', () => {
    const targets: TargetView[] = [
      { name: 'a', state: 'done' },
      { name: 'b', state: 'applying' },
      { name: 'c', state: 'unknown' },
    ];
    expect(undoWaves(waves, targets)).toEqual([['c', 'b'], ['a']]);
  });
});
