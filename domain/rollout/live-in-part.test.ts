import { expect, test } from '@jest/globals';
import { aRelease } from '../../test/support/release-view.ts';
import type { CompensationView, HoldView, ReleaseView, RolloutView, StageView } from '../release/release.ts';
import type { StepView } from './view.ts';
import { leftBy, liveInPart, liveInPartWords, type LeftInPlace } from './live-in-part.ts';

const at = '2026-11-26T09:12:00.000Z';
const running = [{ environment: 'production', service: 'shop', version: '1.0.0' }];
const hold = (kind: HoldView['kind']): HoldView => ({ by: 'ana', reason: 'totals are wrong', at, kind });
const out = (rollout: Partial<RolloutView>, over: Partial<ReleaseView> = {}, state?: StageView['state']) =>
  aRelease({
    state: 'deploying',
    components: [{ service: 'shop', version: '1.5.0' }],
    stages: [
      {
        ...{ environment: 'production', state: state ?? 'deploying', checks: [], verdicts: [], soak: [] },
        rollout: [
          {
            ...{ service: 'shop', version: '1.5.0', previousVersion: '1.0.0', mode: 'deploy', metrics: [] },
            ...{ exposure: 20, steps: [{ weight: 20, state: 'done' }], ...rollout },
          },
        ],
      },
    ],
    ...over,
  });
/** What an ended release has left in production. */
const left = (
  rollout: Partial<RolloutView>,
  over: Partial<ReleaseView> = {},
  place: Partial<LeftInPlace> = {},
) =>
  liveInPart('production', {
    open: [],
    left: [
      {
        view: out(rollout, { state: 'aborted', ended: { at, because: 'enough' }, ...over }, 'ended'),
        ...{ environment: 'production', service: 'shop', isTouched: false, ...place },
      },
    ],
    running,
  }).map(liveInPartWords);
const undo = (state: CompensationView['state'], attempts: number): Partial<RolloutView> => ({
  compensation: { state, attempts, because: '' },
});
const words = (view: ReleaseView, environment = 'production'): string[] =>
  liveInPart(environment, { open: [view], left: [], running }).map(liveInPartWords);

test.each<[string, ReleaseView, string[]]>([
  ['held by a quarantine', out({}, { state: 'held', holds: [hold('quarantine')] }), ['held: quarantined']],
  [
    'held by several, the quarantine named first',
    out({}, { state: 'held', holds: [hold('person'), hold('quarantine')] }),
    ['held: quarantined, by a person'],
  ],
  ['coming out', out({}), ['deploying']],
  ['going back', out({}, { state: 'rollingBack' }, 'rollingBack'), ['rolling back']],
  [
    'standing still, whatever its workflow said last',
    out({}, { state: 'held', holds: [hold('freeze')], stalled: { since: at, because: 'its code fails' } }),
    ['needs a person'],
  ],
])('a version that is live in part is shown with its share: %s', (_, view, standings) => {
  expect(words(view)).toEqual(standings.map((standing) => `1.5.0 takes 20 % (${standing})`));
});

test('a hold behind a failed step is not called an analysis, for nothing was measured', () => {
  const steps = [{ weight: 20, state: 'failed' as const }];
  const behind = (of: RolloutView['steps'], over: Partial<HoldView> = {}) =>
    words(out({ steps: of }, { state: 'held', holds: [{ ...hold('analysis'), ...over }] }, 'deploying'));
  expect(behind(steps)).toEqual([
    '1.5.0 may still be live: it was at 20 %, and nobody knows now (held: a step failed, and people decide how it goes on)',
  ]);
  expect(behind([{ weight: 20, state: 'holding' }])).toEqual(['1.5.0 takes 20 % (held: its analysis)']);
  const doubt = { service: 'shop', place: 'step 1', phase: 'inconclusive' as const, who: [] };
  expect(behind(steps, { doubt }).join()).toContain('(held: its analysis)');
});

test('a share of targets is called so, and what nobody knows is not called a share', () => {
  const targets = [{ name: 'eu-1', state: 'done' as const }];
  expect(words(out({ targets, exposure: 50 }))).toEqual(['1.5.0 takes 50 % of targets (deploying)']);
  expect(words(out({ exposure: 0, steps: [{ weight: 20, state: 'unknown' }] }))).toEqual([
    '1.5.0 may still be live: it was at 0 %, and nobody knows now (deploying)',
  ]);
});

test.each<[string, ReleaseView]>([
  ['has not begun', out({ exposure: 0, steps: [{ weight: 20, state: 'pending' }] })],
  ['has been taken back', out({ compensation: { state: 'compensated', attempts: 1, because: '' } })],
  ['has finished that stage', out({ exposure: 100 }, {}, 'finished')],
  ['is what runs there', out({ version: '1.0.0', exposure: 100 })],
])('nothing is live in part where the release %s', (_, view) => {
  expect(words(view)).toEqual([]);
});

test('nothing of it is live in part in another environment', () => {
  expect(words(out({}), 'staging')).toEqual([]);
});

test.each<[string, string[], string[]]>([
  ['aborted and left as it is', left(undo('pending', 0)), ['1.5.0 takes 20 % (aborted, and left there)']],
  [
    'failed, its undo failed, and by the word of a person it stays',
    left(undo('left', 3), { state: 'failed' }),
    ['1.5.0 takes 20 % (failed, and left there)'],
  ],
  [
    'aborted, and a later release has begun there',
    left(undo('pending', 0), {}, { isTouched: true }),
    ['1.5.0 may still be live: it was at 20 %, and nobody knows now (aborted, and left there)'],
  ],
  ['taken back', left(undo('compensated', 1)), []],
  ['left in another environment', left(undo('pending', 0), {}, { environment: 'staging' }), []],
  ['left with another service', left(undo('pending', 0), {}, { service: 'cart' }), []],
])('what an ended release has left is told exactly: %s', (_, told, expected) => {
  expect(told).toEqual(expected);
});

const green = (state: StepView['state']): Partial<RolloutView> => ({
  ...undo('pending', 0),
  exposure: 0,
  steps: [
    { weight: 0, state, action: 'deploy' },
    { weight: 100, state: 'pending', action: 'switch' },
    { weight: 100, state: 'pending', action: 'retire' },
  ],
});
const nobodyKnows = '1.5.0 may still be live: it was at 0 %, and nobody knows now (aborted, and left there)';

test.each<[string, string[], string[]]>([
  [
    'before its switch',
    left(green('holding')),
    [
      '1.5.0 stands there without traffic (aborted, and left there) until a later version has all of the place or somebody records what runs',
    ],
  ],
  ['while it was being put there', left(green('applying')), [nobodyKnows]],
  ['and a later release has begun there', left(green('done'), {}, { isTouched: true }), [nobodyKnows]],
  ['before it was put there', left(green('pending')), []],
  ['and was taken back', left({ ...green('done'), ...undo('compensated', 1) }), []],
])('green that an aborted release left without traffic is told: %s', (_, told, expected) => {
  expect(told).toEqual(expected);
});

test('what one release has left is told with its place', () => {
  const view = out(green('done'), { state: 'aborted', ended: { at, because: 'enough' } }, 'ended');
  const place = { view, environment: 'production', service: 'shop', isTouched: false };
  expect(leftBy(view, { left: [place], running })).toMatchObject([
    { environment: 'production', part: { version: '1.5.0', share: 0, isKnown: true } },
  ]);
  expect(leftBy(view, { left: [], running })).toEqual([]);
});

test('a version whose undo went wrong is told also where it counts as running', () => {
  const full = { version: '1.0.0', exposure: 100 };
  expect(words(out({ ...full, ...undo('failed', 3) }, { state: 'stuck' }, 'rollingBack'))).toEqual([
    '1.0.0 may still be live: it was at 100 %, and nobody knows now (needs a person)',
  ]);
  expect(left({ ...full, ...undo('left', 3) }, { state: 'failed' })).toEqual([]);
});

const blueGreen = (retire: StepView['state'], over: Partial<RolloutView> = {}): Partial<RolloutView> => ({
  exposure: 100,
  steps: [
    { weight: 0, state: 'done', action: 'deploy' },
    { weight: 100, state: 'holding', action: 'switch' },
    { weight: 100, state: retire, action: 'retire' },
  ],
  ...over,
});
const switched = [{ environment: 'production', service: 'shop', version: '1.5.0' }];
/** What a release has left after its switch, once the new version counts as what runs. */
const leftAfterSwitch = (rollout: Partial<RolloutView>, place: Partial<LeftInPlace> = {}) =>
  liveInPart('production', {
    open: [],
    left: [
      {
        view: out(rollout, { state: 'failed', ended: { at, because: 'enough' } }, 'ended'),
        ...{ environment: 'production', service: 'shop', isTouched: false, ...place },
      },
    ],
    running: switched,
  });

test.each(['pending', 'left'] as const)(
  'the old version stands there unseen no more where a release was left between its switch and taking that away (undo %s)',
  (state) => {
    const parts = leftAfterSwitch(blueGreen('pending', undo(state, 1)));
    expect(parts.map(liveInPartWords)).toEqual([
      '1.0.0 stands there without traffic (failed, and left there) until a later version has all of the place or somebody records what runs',
    ]);
    expect(parts[0]?.remedy).toContain('release create shop 1.5.0 --intent redeploy --to production --alone');
  },
);

test('of an old version that may have been taken away, and beside a later release, nobody knows', () => {
  const unknown = [{ version: '1.0.0', isKnown: false }];
  expect(leftAfterSwitch(blueGreen('skipped', undo('left', 1)))).toMatchObject([{ isKnown: true }]);
  expect(leftAfterSwitch(blueGreen('applying', undo('left', 1)))).toMatchObject(unknown);
  expect(leftAfterSwitch(blueGreen('failed', undo('left', 1)))).toMatchObject(unknown);
  expect(leftAfterSwitch(blueGreen('pending', undo('left', 1)), { isTouched: true })).toMatchObject(unknown);
});

test('no old version is left where it was taken away, where it runs again, and where there was none', () => {
  expect(leftAfterSwitch(blueGreen('done', undo('left', 1)))).toEqual([]);
  expect(leftAfterSwitch(blueGreen('pending', undo('compensated', 1)))).toEqual([]);
  const first = out(
    blueGreen('pending', undo('left', 1)),
    { state: 'failed', ended: { at, because: '' } },
    'ended',
  );
  delete first.stages[0]?.rollout[0]?.previousVersion;
  const place = { view: first, environment: 'production', service: 'shop', isTouched: false };
  expect(liveInPart('production', { open: [], left: [place], running: switched })).toEqual([]);
});

test('what a release has left names the command that gives the place back, with the digest where one is known', () => {
  const digest = 'sha256:a';
  const place = {
    view: out({}, { state: 'aborted', ended: { at, because: 'enough' } }, 'ended'),
    ...{ environment: 'production', service: 'shop', isTouched: false },
  };
  const facts = { open: [], left: [place], running: running.map((one) => ({ ...one, digest })) };
  expect(liveInPart('production', facts)[0]?.remedy).toContain(
    '`gantry release create shop 1.0.0 --digest sha256:a --intent redeploy --to production --alone`',
  );
  expect(liveInPart('production', { ...facts, running: [] })[0]?.remedy).toBeUndefined();
  const ban = { id: 'q', service: 'shop', version: '1.0.0', by: 'dee', reason: 'loses carts', at, lifts: [] };
  const [banned] = liveInPart('production', { ...facts, quarantines: [ban] });
  expect(banned?.remedy).toContain('shop 1.0.0, which counts as running in production, is quarantined, too');
  expect(banned?.whole).toBeUndefined();
  const coming = liveInPart('production', { ...facts, open: [out({ version: '1.6.0' })] });
  expect(coming.map(({ version, remedy }) => [version, remedy])).toEqual([
    ['1.6.0', undefined],
    ['1.5.0', undefined],
  ]);
});

test('a banned build says so wherever it is live in part, and once', () => {
  const ban = { id: 'q', service: 'shop', version: '1.5.0', by: 'dee', reason: 'loses carts', at, lifts: [] };
  const said = (view: ReleaseView, over: Partial<LeftInPlace> = {}) => {
    const place = { view, environment: 'production', service: 'shop', isTouched: false, ...over };
    const open = view.ended ? [] : [view];
    return liveInPart('production', { open, left: view.ended ? [place] : [], running, quarantines: [ban] });
  };
  const aborted = said(out({}, { state: 'aborted', ended: { at, because: 'enough' } }, 'ended'));
  expect(aborted.map(liveInPartWords)).toEqual([
    '1.5.0 takes 20 % (aborted, and left there; quarantined: loses carts)',
  ]);
  expect(aborted[0]?.quarantine).toEqual({ id: 'q', by: 'dee', reason: 'loses carts', at });
  const held = said(out({}, { state: 'held', holds: [hold('quarantine')] }));
  expect(held.map(liveInPartWords)).toEqual(['1.5.0 takes 20 % (held: quarantined)']);
  const blue = out(
    blueGreen('pending', undo('left', 1)),
    { state: 'failed', ended: { at, because: '' } },
    'ended',
  );
  const place = { view: blue, environment: 'production', service: 'shop', isTouched: false };
  const afterSwitch = { open: [], left: [place], running: switched };
  const bannedOld = { ...ban, version: '1.0.0' };
  const bansOf = (quarantines: (typeof ban)[]) =>
    liveInPart('production', { ...afterSwitch, quarantines }).map((part) => [
      part.version,
      part.quarantine?.id,
    ]);
  expect(bansOf([bannedOld])).toEqual([['1.0.0', 'q']]);
  expect(bansOf([ban])).toEqual([['1.0.0', undefined]]);
  const other = { ...ban, version: '1.6.0' };
  expect(
    liveInPart('production', { open: [out({})], left: [], running, quarantines: [other] })[0]?.quarantine,
  ).toBeUndefined();
});

test('what was left past an irreversible migration names no way back, but the one forward', () => {
  const shut = 'shop 1.0.0 cannot run after an irreversible migration: roll forward.';
  const compensation = {
    state: 'pending' as const,
    attempts: 0,
    because: 'a step may have taken effect',
    shut,
  };
  const place = {
    view: out({ compensation }, { state: 'aborted', ended: { at, because: 'enough' } }, 'ended'),
    ...{ environment: 'production', service: 'shop', isTouched: false },
  };
  const [left] = liveInPart('production', { open: [], left: [place], running });
  expect(left?.remedy).toBe(`${shut} Release a version there that mends it.`);
  expect(left?.whole).toBeUndefined();
  // somebody has recorded that another version runs there: that one may have all of it
  const adopted = running.map((one) => ({ ...one, version: '1.1.0' }));
  expect(liveInPart('production', { open: [], left: [place], running: adopted })[0]?.whole).toEqual({
    version: '1.1.0',
  });
});
