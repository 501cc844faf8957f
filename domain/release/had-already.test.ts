import { describe, expect, test } from '@jest/globals';
import { aRelease } from '../../test/support/release-view.ts';
import type { StepView } from '../rollout/view.ts';
import { componentState } from '../rollout/where.ts';
import { hadAlready, type OnceOnly } from './had-already.ts';
import type { ReleaseView, RolloutView } from './release.ts';

const at = '2026-11-26T10:00:00.000Z';
const nameOf = (id: string): string => ({ ana: 'Ana Lopez' })[id] ?? id;
const told = (view: ReleaseView, what: OnceOnly, reason?: string) =>
  hadAlready(view, what, { reason, nameOf });
const ended = (over: Partial<ReleaseView>): ReleaseView =>
  aRelease({ ended: { at, because: 'wrong branch', by: 'ana' }, ...over });
const rollBack = { name: 'rollBack' } as const;
const abort = { name: 'abort', leave: false } as const;
const leave = { name: 'abort', leave: true } as const;

describe('of a release that has ended', () => {
  test.each<[string, OnceOnly, Partial<ReleaseView>, string | undefined]>([
    ['going back, rolled back', rollBack, { state: 'rolledBack', residue: 'restored' }, 'rolled back'],
    ['going back, aborted', rollBack, { state: 'aborted', residue: 'restored' }, undefined],
    ['going back, released', rollBack, { state: 'succeeded' }, undefined],
    ['aborting, aborted', abort, { state: 'aborted', residue: 'restored' }, 'aborted'],
    ['aborting, aborted before anything began', abort, { state: 'cancelled' }, 'cancelled'],
    ['aborting, rolled back', abort, { state: 'rolledBack', residue: 'restored' }, undefined],
    ['aborting, aborted and left in part', abort, { state: 'aborted', residue: 'partial' }, undefined],
    ['aborting, aborted and left', abort, { state: 'aborted', residue: 'left' }, undefined],
    ['aborting and leaving, aborted and left', leave, { state: 'aborted', residue: 'left' }, 'aborted'],
    ['aborting and leaving, aborted and undone', leave, { state: 'aborted', residue: 'restored' }, undefined],
    ['skipping a pause, released', { name: 'advance' }, { state: 'succeeded' }, undefined],
    ['aborting, still open', abort, { state: 'deploying' }, undefined],
  ])('%s', (_, what, over, word) => {
    const words = told(ended(over), what);
    expect(words).toBe(word && `It is ${word} already, since Thu 26 Nov 10:00 UTC. Nothing has changed.`);
  });

  test('a reason that is given again is said to be lost', () => {
    expect(told(ended({ state: 'rolledBack' }), rollBack, 'carts')).toMatch(
      /Nothing has changed, and the reason that you give now is not recorded\.$/,
    );
  });
});

describe('of a pause', () => {
  const word = { by: 'ana', reason: 'looks good', at };
  const going = (steps: StepView[], over: Partial<RolloutView> = {}): RolloutView => ({
    ...{ service: 'db', version: '1.1.0', mode: 'deploy', exposure: 50, metrics: [], steps },
    ...over,
  });
  const viewOf = (rollout: RolloutView, over: Partial<ReleaseView> = {}): ReleaseView => {
    const view = aRelease({ state: 'deploying', ...over });
    return { ...view, stages: [{ ...view.stages[0]!, rollout: [rollout] }] };
  };
  const paused: StepView = { weight: 50, state: 'holding', until: 'manual' };
  const skipped: StepView = { ...paused, skipped: word };
  const next: StepView = { weight: 100, state: 'pending' };
  const advance = { name: 'advance' } as const;

  test('that was just skipped: by whom, until the step after it is through', () => {
    const words = 'It goes on already: Ana Lopez skipped its pause Thu 26 Nov 10:00 UTC: “looks good”.';
    for (const steps of [
      [skipped, next],
      [
        { ...skipped, state: 'done' as const },
        { ...next, state: 'applying' as const },
      ],
    ])
      expect(told(viewOf(going(steps)), advance)).toBe(`${words} Nothing has changed.`);
    expect(told(viewOf(going([skipped, next])), { ...advance, to: 100 })).toContain(words);
  });

  test.each<[string, ReleaseView]>([
    ['still runs', viewOf(going([paused, next]))],
    ['was skipped before the one that runs', viewOf(going([{ ...skipped, state: 'done' }, paused, next]))],
    [
      'was over by itself',
      viewOf(
        going([
          { ...paused, state: 'done' },
          { ...next, state: 'applying' },
        ]),
      ),
    ],
    [
      'was skipped of what is held now',
      viewOf(going([skipped, next]), { holds: [{ by: 'sam', reason: 'odd', at, kind: 'person' }] }),
    ],
    ['was skipped of what goes back', viewOf(going([skipped, next]), { state: 'rollingBack' })],
  ])('that %s: nothing', (_, view) => {
    expect(told(view, advance)).toBeUndefined();
  });

  test('that was skipped is not said to wait for a person', () => {
    expect(componentState(going([skipped, next]))).toBe('at 50 %, going on: its pause was skipped');
    expect(componentState(going([paused, next]))).toBe('at 50 %, until a person goes on');
  });
});
