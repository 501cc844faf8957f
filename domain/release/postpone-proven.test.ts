import { expect, test } from '@jest/globals';
import { assurances, type Assurance } from '../gates/approvals/assurance.ts';
import { longestDelayProven, mayPostponeProven } from './postpone-proven.ts';
import type { Standing } from './postpone.ts';
import type { Authority, PostponementView } from './release.ts';

const start = Date.parse('2026-11-26T09:00:00.000Z');
const after = (hours: number): string => new Date(start + hours * 3_600_000).toISOString();
const now = after(0);
const person = (id: string, as: Authority): Standing => ({
  person: id,
  isApprover: as === 'approver',
  isOwner: as === 'owner',
  isReleaseManager: as === 'releaseManager',
});
const ana = person('ana', 'approver');
const ben = person('ben', 'owner');
const rose = person('rose', 'releaseManager');
const minute = 1 / 60;
const given = (by: string, as: Authority, from: number, until: number): PostponementView => ({
  by,
  as,
  at: after(from),
  until: after(until),
  reason: 'the campaign starts',
});

const rows: [string, Standing, Assurance, number, PostponementView[], boolean][] = [
  ['an approver, 24 h', ana, 'link', 24, [], true],
  ['an approver, a minute more', ana, 'link', 24 + minute, [], false],
  ['the owner, 24 h', ben, 'link', 24, [], true],
  ['the owner, a minute more', ben, 'link', 24 + minute, [], false],
  ['the owner, a second time', ben, 'link', 1, [given('ben', 'owner', -9, -5)], false],
  ['the owner after somebody else', ben, 'link', 24, [given('ana', 'approver', -9, -5)], true],
  ['the owner, a second time', ben, 'link+code', 1, [given('ben', 'owner', -9, -5)], true],
  ['the owner, 7 days', ben, 'link+code', 168, [], true],
  ['the owner, a minute more than 7 days', ben, 'reauth', 168 + minute, [], false],
  ['a release manager, 24 h', rose, 'link', 24, [], true],
  ['a release manager, a year', rose, 'link', 8760, [], false],
  ['a release manager, a second time', rose, 'link', 1, [given('rose', 'releaseManager', -9, -5)], false],
  ['a release manager, a year', rose, 'link+code', 8760, [], true],
  ['a release manager, a year', rose, 'login', 8760, [], true],
  ['a release manager, a year', rose, 'reauth', 8760, [], true],
];
test.each(rows)('row %#: %s', (_, who, proven, hours, earlier, ok) => {
  expect(mayPostponeProven(who, { until: after(hours), now, earlier, proven }).ok).toBe(ok);
});

test('the refusal says how much the link allows, and how to delay it for longer', () => {
  const refused = mayPostponeProven(rose, { until: after(8760), now, earlier: [], proven: 'link' });
  expect(refused).toMatchObject({
    because: expect.stringMatching(/24 h at most.*365 d.*sign in.*link\+code/),
  });
});

const longest: [string, Standing, Assurance, PostponementView[], number | 'any' | undefined][] = [
  ['an approver', ana, 'link', [], 24],
  ['the owner', ben, 'link', [], 24],
  ['the owner with 8 h left', ben, 'link+code', [given('ben', 'owner', -160, 0)], 8],
  ['the owner who has delayed it', ben, 'link', [given('ben', 'owner', -160, 0)], undefined],
  ['a release manager', rose, 'link', [], 24],
  ['a release manager', rose, 'link+code', [], 'any'],
  ['a release manager', rose, 'login', [], 'any'],
];
test.each(longest)('the longest delay of row %#: %s', (_, who, proven, earlier, hours) => {
  const most = longestDelayProven(who, { now, earlier, proven });
  if (hours === undefined) expect(most.ok).toBe(false);
  else if (hours === 'any') expect(most).not.toHaveProperty('until');
  else expect(most).toMatchObject({ ok: true, until: after(hours) });
});

test.each(assurances)('what is offered at level %s is accepted, and a minute more is not', (proven) => {
  for (const who of [ana, ben]) {
    const most = longestDelayProven(who, { now, earlier: [], proven });
    const until = most.ok && most.until !== undefined ? most.until : '';
    expect(mayPostponeProven(who, { until, now, earlier: [], proven }).ok).toBe(true);
    const more = new Date(Date.parse(until) + 60_000).toISOString();
    expect(mayPostponeProven(who, { until: more, now, earlier: [], proven }).ok).toBe(false);
  }
});
