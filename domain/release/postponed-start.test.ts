import { expect, test } from '@jest/globals';
import { notBefore, postponedUntil } from './postponed-start.ts';
import type { PostponementView, ReleaseView } from './release.ts';
import { startPlanOf } from './start-plan.ts';

const hour = (number: number): string => `2026-11-28T${number}:00:00.000Z`;
const until = (end: string, over: Partial<PostponementView> = {}): PostponementView => ({
  ...{ by: 'ana', as: 'owner', at: hour(10), until: end, reason: 'lunch' },
  ...over,
});
const predicted = { start: hour(13), end: hour(14) };

test('what is postponed is expected when that ends at the earliest, for as long as before', () => {
  const end = postponedUntil([until(hour(17)), until(hour(15))]);
  expect(notBefore(predicted, end)).toEqual({ start: hour(17), end: hour(18), isEarliest: true });
});

test('what is expected later anyhow, or is not postponed any more, is expected as the calendar said', () => {
  expect(notBefore(predicted, postponedUntil([until(hour(12))]))).toEqual(predicted);
  const lifted = until(hour(17), { lifted: { at: hour(11), by: 'ana' } });
  expect(notBefore(predicted, postponedUntil([lifted]))).toEqual(predicted);
  expect(notBefore(predicted, postponedUntil(undefined))).toEqual(predicted);
});

test('so is a release whose last stage is still to come, on its page and on the command line', () => {
  const stage = { environment: 'production', state: 'gating', calendar: { predicted } };
  const view = { stages: [stage], postponements: [until(hour(18))] } as unknown as ReleaseView;
  expect(startPlanOf(view)?.expected).toEqual({ start: hour(18), end: hour(19), isEarliest: true });
});
