import { expect, test } from '@jest/globals';
import { longestDelay, mayLift, mayPostpone, movedTo, ruling, type Standing } from './postpone.ts';
import type { Authority, PostponementView } from './release.ts';

const start = Date.parse('2026-11-26T09:00:00.000Z');
const hour = 3_600_000;
const after = (hours: number): string => new Date(start + hours * hour).toISOString();
const now = after(0);
const person = (id: string, ...as: Authority[]): Standing => ({
  person: id,
  isApprover: as.includes('approver'),
  isOwner: as.includes('owner'),
  isReleaseManager: as.includes('releaseManager'),
});
const given = (
  by: string,
  as: Authority,
  from: number,
  until: number,
  more: Partial<PostponementView> = {},
): PostponementView => ({
  by,
  as,
  at: after(from),
  until: after(until),
  reason: 'the campaign starts',
  ...more,
});

const ana = person('ana', 'approver');
const ben = person('ben', 'owner');
const rose = person('rose', 'releaseManager');

test('A19: an approver delays it by 20 h; 10 h more are refused, and the owner is to be asked', () => {
  expect(mayPostpone(ana, { until: after(20), now, earlier: [] })).toEqual({ ok: true, as: 'approver' });
  const earlier = [given('ana', 'approver', 0, 20)];
  expect(mayPostpone(ana, { until: after(30), now: after(20), earlier })).toMatchObject({
    ok: false,
    because: expect.stringContaining('ask its owner'),
  });
});

const rows: [string, Standing, number, PostponementView[], boolean][] = [
  ['an approver, 24 h', ana, 24, [], true],
  ['an approver, a minute more', ana, 24 + 1 / 60, [], false],
  [
    'an approver whose only delay was lifted',
    ana,
    1,
    [given('ana', 'approver', -9, 5, { lifted: { at: after(-8), by: 'ana' } })],
    false,
  ],
  ['an approver after another one has', ana, 24, [given('cem', 'approver', -1, 20)], true],
  ['the owner, 7 days', ben, 168, [], true],
  ['the owner, a minute more', ben, 168 + 1 / 60, [], false],
  ['the owner, 7 days in sum', ben, 68, [given('ben', 'owner', -100, 0)], true],
  ['the owner, a minute more in sum', ben, 68 + 1 / 60, [given('ben', 'owner', -100, 0)], false],
  ['the owner, time that is covered twice counts once', ben, 168, [given('ben', 'owner', 0, 160)], true],
  [
    'the owner, what was lifted was not spent',
    ben,
    160,
    [given('ben', 'owner', -8, 100, { lifted: { at: after(-4), by: 'ben' } })],
    true,
  ],
  ['an owner who may vote as well', person('ben', 'owner', 'approver'), 48, [], true],
  ['a release manager, a year', rose, 8760, [given('rose', 'releaseManager', -900, 0)], true],
  ['somebody else', person('zoe'), 1, [], false],
  ['a time that has passed', rose, 0, [], false],
];
test.each(rows)('%s', (_, who, hours, earlier, ok) => {
  expect(mayPostpone(who, { until: after(hours), now, earlier }).ok).toBe(ok);
});

const most: [string, Standing, PostponementView[], number | undefined][] = [
  ['an approver', ana, [], 24],
  ['an approver whose only delay was given', ana, [given('ana', 'approver', -9, -5)], undefined],
  ['the owner', ben, [], 168],
  ['the owner after 100 hours', ben, [given('ben', 'owner', -100, 0)], 68],
  ['the owner while one of theirs runs', ben, [given('ben', 'owner', -8, 100)], 160],
  ['the owner after 168 hours', ben, [given('ben', 'owner', -168, 0)], undefined],
  ['somebody else', person('zoe'), [], undefined],
];
test.each(most)('the longest delay that %s may give is one that they may give', (_, who, earlier, hours) => {
  const longest = longestDelay(who, { now, earlier });
  if (hours === undefined) {
    expect(longest.ok).toBe(false);
    return;
  }
  expect(longest).toMatchObject({ ok: true, until: after(hours) });
  expect(mayPostpone(who, { until: after(hours), now, earlier }).ok).toBe(true);
  expect(mayPostpone(who, { until: after(hours + 1 / 60), now, earlier }).ok).toBe(false);
});

test('a release manager may delay it for any time', () => {
  expect(longestDelay(rose, { now, earlier: [] })).toEqual({ ok: true, as: 'releaseManager' });
});

test('a time that is none is no delay', () => {
  expect(mayPostpone(rose, { until: 'soon', now, earlier: [] }).ok).toBe(false);
});

test('of several delays the one that ends last rules; what was lifted or is over does not', () => {
  const late = given('ben', 'owner', 0, 40);
  const all = [given('ana', 'approver', 0, 20), late, given('cem', 'approver', 1, 30)];
  expect(ruling(all, after(2))).toBe(late);
  expect(ruling([...all.slice(0, 1), { ...late, lifted: { at: after(1), by: 'ben' } }], after(2))?.by).toBe(
    'ana',
  );
  expect(ruling(all, after(40))).toBeUndefined();
  expect(ruling(undefined, now)).toBeUndefined();
});

test.each<[string, Standing, Authority, boolean]>([
  ['its author', ana, 'approver', true],
  ['another approver', person('cem', 'approver'), 'approver', false],
  ['the owner, an approver’s', ben, 'approver', true],
  ['an approver, the owner’s', person('cem', 'approver'), 'owner', false],
  ['a release manager, the owner’s', rose, 'owner', true],
  ['another release manager', person('max', 'releaseManager'), 'releaseManager', false],
  ['somebody else', person('zoe'), 'approver', false],
])('%s lifts it: %#', (_, who, as, may) => {
  expect(mayLift(who, given(as === 'approver' ? 'ana' : as === 'owner' ? 'bob' : 'rose2', as, 0, 9))).toBe(
    may,
  );
});

test('the start moves to its end, and the latest start by as much as the start did', () => {
  expect(movedTo({}, after(20), now)).toEqual({});
  expect(movedTo({ startBy: after(3) }, after(20), now)).toEqual({ startBy: after(23) });
  expect(movedTo({ at: after(2), startBy: after(3) }, after(20), now)).toEqual({
    at: after(20),
    startBy: after(21),
  });
  expect(movedTo({ at: after(-2), startBy: after(1) }, after(20), now)).toEqual({
    at: after(20),
    startBy: after(21),
  });
  const later = { at: after(30), startBy: after(31) };
  expect(movedTo(later, after(20), now)).toBe(later);
});

test('a delay into the past is told from a missing authority, whoever asks', () => {
  const nobody: Standing = { person: 'zoe', isApprover: false, isOwner: false, isReleaseManager: false };
  const now = '2026-11-26T09:00:00.000Z';
  const past = mayPostpone(nobody, { until: '2026-11-25T09:00:00.000Z', now, earlier: [] });
  expect(past).toEqual({
    ok: false,
    isPast: true,
    because: 'Wed 25 Nov 09:00 UTC has passed: name a time that is to come.',
  });
  const named = { ...nobody, name: 'Zoe', others: ['Ana Lopez', 'Dana Cruz'] };
  const refused = mayPostpone(named, { until: '2026-11-26T10:00:00.000Z', now, earlier: [] });
  expect(refused).toEqual({
    ok: false,
    because:
      'Zoe is no approver of this stage, no release manager, and does not own the release: ask Ana Lopez or Dana Cruz.',
  });
});
