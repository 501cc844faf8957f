import { expect, test } from '@jest/globals';
import { estimated, slips } from './milestones.ts';
import type { MilestoneKind, MilestoneView } from './release.ts';

const at = (hour: number) => new Date(Date.UTC(2026, 10, 26, hour)).toISOString();
const milestone = (kind: MilestoneKind, planned: number, actual?: number): MilestoneView => ({
  kind,
  plannedAt: at(planned),
  estimateAt: at(planned),
  owner: 'ana',
  ...(actual === undefined ? {} : { actualAt: at(actual) }),
});
const plan = [
  milestone('codeComplete', 8),
  milestone('qaDone', 12),
  milestone('goNoGo', 13),
  milestone('live', 18),
];
const hours = (milestones: readonly MilestoneView[]) =>
  milestones.map(({ estimateAt }) => new Date(estimateAt).getUTCHours());

test.each<[string, MilestoneView[], number, number | undefined, number[]]>([
  ['on time, the plan holds', plan, 7, undefined, [8, 12, 13, 18]],
  [
    'early, the others keep their dates',
    [milestone('codeComplete', 8, 6), ...plan.slice(1)],
    7,
    undefined,
    [6, 12, 13, 18],
  ],
  [
    'a slip inside the slack is taken up',
    [milestone('codeComplete', 8, 11), ...plan.slice(1)],
    11,
    undefined,
    [11, 12, 13, 18],
  ],
  ['a slip beyond it is passed on', plan, 15, undefined, [15, 15, 15, 18]],
  ['the calendar’s prediction moves what is live', plan, 7, 22, [8, 12, 13, 22]],
  ['order of writing does not matter', [...plan].reverse(), 7, undefined, [8, 12, 13, 18]],
])('%s', (_, milestones, now, end, expected) => {
  const after = estimated(milestones, {
    now: at(now),
    ...(end === undefined ? {} : { predictedEnd: at(end) }),
  });
  expect(hours(after)).toEqual(expected);
});

test('who must be told: what moved, old and new, and whether the plan is missed', () => {
  const after = estimated(plan, { now: at(7), predictedEnd: at(22) });
  expect(slips(plan, after)).toEqual([
    { kind: 'live', owner: 'ana', before: at(18), after: at(22), isMissed: true },
  ]);
  expect(slips(after, plan)).toEqual([
    { kind: 'live', owner: 'ana', before: at(22), after: at(18), isMissed: false },
  ]);
});

test('a few minutes are no news, and what was reached does not slip', () => {
  const now = new Date(Date.UTC(2026, 10, 26, 18, 10)).toISOString();
  expect(slips([milestone('live', 18)], estimated([milestone('live', 18)], { now }))).toEqual([]);
  expect(slips([milestone('live', 18)], [milestone('live', 18, 23)])).toEqual([]);
});
