import { describe, expect, test } from '@jest/globals';
import { aRelease } from '../../test/support/release-view.ts';
import type { CheckView, HoldView, ReleaseView, StageView } from './release.ts';
import { whyNotResumable, whyNotRetryable, whyReasonNeeded, whyShut } from './why-shut.ts';

const now = '2026-11-26T12:00:00.000Z';
const stage = (over: Partial<StageView>): StageView => ({ ...aRelease().stages[0]!, ...over });

describe('a release takes a command', () => {
  test.each<[string, Partial<ReleaseView>, boolean, string | undefined]>([
    ['while it waits', {}, false, undefined],
    [
      'not while it is stopped',
      { state: 'deploying' },
      true,
      'shop 1.4.0 is deploying: it is already being stopped.',
    ],
    [
      'not while a failed undo waits for people',
      { state: 'stuck' },
      true,
      'shop 1.4.0 needs a person: an undo failed, and first somebody recovers it: tries it again, says that it was done by hand, or leaves it as it is.',
    ],
    [
      'not once it has ended',
      { state: 'aborted', ended: { at: now, because: 'x' } },
      false,
      'shop 1.4.0 ended as aborted at Thu 26 Nov 12:00 UTC; start a new release.',
    ],
    [
      'not once its last stage is finished',
      { stages: [stage({ state: 'finished' })] },
      false,
      'shop 1.4.0 has finished its last stage; roll it back with a new release.',
    ],
  ])('%s', (_, view, isStopping, because) => {
    expect(whyShut(aRelease(view), { now, isStopping })?.because).toBe(because);
  });
});

describe('holds are lifted by resuming', () => {
  const hold = (kind: HoldView['kind']): HoldView => ({ by: 'ana', reason: 'Why.', at: now, kind });
  test.each<[HoldView['kind'][], string | undefined]>([
    [[], undefined],
    [['person'], undefined],
    [['freeze', 'person'], undefined],
    [
      ['freeze'],
      'shop 1.4.0 is held by a freeze, which ends by itself: Why. Override the freeze to go on before.',
    ],
    [
      ['freeze', 'quarantine'],
      'shop 1.4.0 cannot go on: Why. Abort it, or let two people lift the quarantine.',
    ],
  ])('of %j', (kinds, because) => {
    expect(whyNotResumable(aRelease({ holds: kinds.map(hold) }))).toBe(because);
  });

  test('past an analysis only with a reason', () => {
    const held = aRelease({ holds: [hold('person'), hold('analysis')] });
    expect(whyReasonNeeded(held, undefined)).toBe(
      'shop 1.4.0 is held because something failed, or nobody could tell. Say why that is to be passed: give a reason.',
    );
    expect(whyReasonNeeded(held, ' ')).toContain('give a reason');
    expect(whyReasonNeeded(held, 'the probe was wrong')).toBeUndefined();
    expect(whyReasonNeeded(aRelease({ holds: [hold('person')] }), undefined)).toBeUndefined();
  });
});

describe('checks are run again', () => {
  const check = (over: Partial<CheckView>): CheckView => ({
    ...{ id: 'unit', service: 'shop', outcome: 'failed', required: true, summary: '', round: 1 },
    ...over,
  });
  const judged = (over: Partial<StageView>, id?: string): string | undefined =>
    whyNotRetryable(aRelease({ stages: [stage(over)] }), id);

  test.each<[string, Partial<StageView>, string | undefined, RegExp | undefined]>([
    ['where one has failed', { checks: [check({})] }, undefined, undefined],
    ['by name, where it has passed, too', { checks: [check({ outcome: 'passed' })] }, 'unit', undefined],
    [
      'not where all have passed',
      { checks: [check({ outcome: 'passed' })] },
      undefined,
      /All checks have passed/,
    ],
    ['not where none is called so', { checks: [check({})] }, 'e2e', /There is no check "e2e" in production/],
    ['not where it is sampled', { checks: [check({ how: 'sampled' })] }, 'unit', /is asked by itself/],
    [
      'not once the stage has passed its gates',
      { state: 'deploying', checks: [check({})] },
      undefined,
      /No check/,
    ],
  ])('%s', (_, over, id, because) => {
    const why = judged(over, id);
    if (because === undefined) expect(why).toBeUndefined();
    else expect(why).toMatch(because);
  });
});
