import { describe, expect, test } from '@jest/globals';
import type { Ballot } from './electorate.ts';
import { mayVote, tally, unreachable } from './quorum.ts';
import { aBallot, aRule, excluding, inTeams, no, withRoles, yes } from '../../../test/support/a-ballot.ts';

const qa = aRule(1, 'ana', 'ben');
const security = aRule(1, 'ana', 'cem');
const wide = [aRule(2, 'ana', 'ben', 'cem'), aRule(1, 'ana', 'dee'), aRule(1, 'ben')];

interface Row {
  id: string;
  ballot: Ballot;
  filled: string;
  who: string[][];
}

const rows: Row[] = [
  { id: 'A1', ballot: aBallot([qa, security], yes('ana')), filled: '1 of 2', who: [['ben'], ['cem']] },
  { id: 'A2', ballot: aBallot([qa, security], yes('ana'), yes('ben')), filled: '2 of 2', who: [] },
  {
    id: 'A2, other order',
    ballot: aBallot([qa, security], yes('ben'), yes('ana')),
    filled: '2 of 2',
    who: [],
  },
  {
    id: 'A3',
    ballot: aBallot([{ ...qa, atLeast: 2 }, security], yes('ana'), yes('ben')),
    filled: '2 of 3',
    who: [['cem']],
  },
  { id: 'A5', ballot: aBallot(wide, yes('ana'), yes('cem')), filled: '2 of 4', who: [['dee'], ['ben']] },
  {
    id: 'A6',
    ballot: aBallot(wide, yes('ana'), yes('cem'), yes('dee'), yes('ben')),
    filled: '4 of 4',
    who: [],
  },
  {
    id: 'A7',
    ballot: aBallot([aRule(1, 'eve', 'fay'), aRule(1, 'cem')], yes('eve'), yes('fay')),
    filled: '1 of 2',
    who: [['cem']],
  },
  {
    id: 'A8',
    ballot: inTeams(
      { ...aBallot([aRule(2, 'ana', 'ben', 'dee')], yes('ana'), yes('ben')), terms: { sameTeamAtMost: 1 } },
      { ana: 'web', ben: 'web', dee: 'core' },
    ),
    filled: '1 of 2',
    who: [['dee']],
  },
  {
    id: 'A9',
    ballot: aBallot([qa, security], yes('ana', '09:00'), yes('ana', '09:01')),
    filled: '1 of 2',
    who: [['ben'], ['cem']],
  },
  { id: 'A12', ballot: excluding(aBallot([qa, security]), 'ben'), filled: '0 of 2', who: [['ana'], ['cem']] },
  {
    id: 'A12, Ben votes',
    ballot: excluding(aBallot([qa, security], yes('ben')), 'ben'),
    filled: '0 of 2',
    who: [['ana'], ['cem']],
  },
  {
    id: 'A14',
    ballot: aBallot([qa, security]),
    filled: '0 of 2',
    who: [
      ['ana', 'ben'],
      ['ana', 'cem'],
    ],
  },
];

describe('the tally', () => {
  test.each(rows)('$id: $filled seats', ({ ballot, filled, who }) => {
    const result = tally(ballot);
    expect(`${result.filled} of ${result.total}`).toBe(filled);
    expect(result.complete).toBe(result.filled === result.total);
    expect(result.who.map((ask) => ask.candidates)).toEqual(who);
  });

  test('says how many of a rule can still come, each person once', () => {
    const { who } = tally(aBallot([aRule(2, 'ana', 'ben', 'cem'), aRule(1, 'dee')], yes('ana')));
    expect(who).toEqual([
      { rule: 'Ana, Ben or Cem', candidates: ['ben', 'cem'], seats: 1 },
      { rule: 'Dee', candidates: ['dee'], seats: 1 },
    ]);
  });

  test('counts the last vote of a person, by its instant and not by its arrival', () => {
    const changed = aBallot([aRule(1, 'ana')], no('ana', '09:05'), yes('ana', '09:00'));
    expect(tally(changed)).toMatchObject({
      complete: false,
      rejection: { person: 'ana', choice: 'reject' },
      who: [],
    });
    const back = aBallot([aRule(1, 'ana')], no('ana', '09:00'), yes('ana', '09:05'));
    expect(tally(back)).toMatchObject({ complete: true });
    expect(tally(back).rejection).toBeUndefined();
  });

  test('takes no rejection from a person who may not vote', () => {
    expect(tally(excluding(aBallot([qa, security], no('ben')), 'ben')).rejection).toBeUndefined();
    expect(tally(aBallot([qa, security], no('zoe'))).rejection).toBeUndefined();
  });

  test('of no rules is complete at once', () => {
    expect(tally(aBallot([]))).toMatchObject({ complete: true, total: 0, who: [] });
  });

  test('excludes a person only for the reasons that the rule names', () => {
    const lax = { ...qa, not: [] };
    const ballot = excluding(aBallot([lax, security], yes('ben')), 'ben');
    expect(tally(ballot)).toMatchObject({ filled: 1, seats: [{ filled: 1 }, { filled: 0 }] });
    expect(mayVote(ballot, 'ben')).toEqual({ ok: true });
  });

  test('matches a role rule by role, and a rule with both by both', () => {
    const role = { role: 'qa', atLeast: 1, not: [] };
    const ballot = withRoles(aBallot([role], yes('ana')), { ana: ['qa'] });
    expect(tally(ballot)).toMatchObject({ complete: true, seats: [{ rule: 'qa' }] });
    expect(tally({ ...ballot, rules: [{ ...role, people: ['ben'] }] }).complete).toBe(false);
    expect(unreachable({ ...ballot, rules: [{ atLeast: 1, not: [] }] })).toMatch(/nobody may vote/);
  });
});

describe('an unreachable quorum', () => {
  test('A4: one person cannot fill two seats', () => {
    const rules = ['qa', 'security'].map((role) => ({ role, atLeast: 1, not: [] }));
    expect(unreachable(withRoles(aBallot(rules), { ana: ['qa', 'security'] }))).toBe(
      'qa and security together need 2 people, and only Ana may vote.',
    );
  });
  test('A13: without the absent person one is left for two seats', () => {
    const ballot = aBallot([aRule(2, 'ana', 'ben')]);
    expect(
      unreachable({ ...ballot, candidates: ballot.candidates.filter((person) => person.id !== 'ana') }),
    ).toMatch(/needs 2 people, and only Ben may vote\.$/);
  });
  test('of teams that may not sit together says so', () => {
    const rules = [aRule(2, 'ana', 'ben')];
    const ballot = inTeams({ ...aBallot(rules), terms: { sameTeamAtMost: 1 } }, { ana: 'web', ben: 'web' });
    expect(unreachable(ballot)).toBe(
      '2 people must agree, at most 1 of one team, and the teams of those who may vote can fill only 1 of 2 seats.',
    );
  });
  test('names who is shut out, and leaves rules alone that can be filled', () => {
    const ballot = excluding(aBallot([aRule(1, 'ana'), aRule(2, 'ben', 'cem')]), 'ben');
    expect(unreachable(ballot)).toBe(
      'Ben or Cem needs 2 people, and only Cem may vote; excluded: Ben (author of 2 commits).',
    );
  });
  test('is not said while a filling exists that greed would miss', () => {
    expect(unreachable(aBallot([qa, security]))).toBeUndefined();
    expect(unreachable(aBallot(wide))).toBeUndefined();
  });
});

describe('a level of assurance', () => {
  const strict = { ...qa, assurance: 'login' as const };
  const by = (person: string, assurance: 'link' | 'login') => ({ ...yes(person), assurance });

  test('seats a vote only where it is high enough', () => {
    expect(tally(aBallot([strict, security], by('ana', 'link')))).toMatchObject({
      seats: [{ filled: 0 }, { filled: 1 }],
    });
    expect(tally(aBallot([strict], yes('ana'))).filled).toBe(0);
    expect(tally(aBallot([strict], by('ana', 'login'))).filled).toBe(1);
  });

  test('of the stage holds for rules that name none, and a rule may ask for less', () => {
    const ballot = { ...aBallot([qa], by('ana', 'link')), terms: { assurance: 'login' as const } };
    expect(tally(ballot).filled).toBe(0);
    expect(tally({ ...ballot, rules: [{ ...qa, assurance: 'link' }] }).filled).toBe(1);
  });

  test('below that of every rule refuses the vote, a rejection, too', () => {
    expect(mayVote(aBallot([strict]), 'ben', { assurance: 'link+code' })).toEqual({
      ok: false,
      code: 'APPROVAL_ASSURANCE_LOW',
      because: 'Ben may vote here only by login, and this vote came by link+code.',
    });
    expect(tally(aBallot([strict], no('ben'))).rejection).toBeUndefined();
    expect(mayVote(aBallot([strict]), 'ben', { assurance: 'reauth' })).toEqual({ ok: true });
  });
});

describe('a quorum of rejections', () => {
  const two = (...votes: Ballot['votes']) => ({
    ...aBallot([qa, security], ...votes),
    terms: { rejectQuorum: 2 },
  });

  test('lets one rejection stand beside full seats', () => {
    const result = tally(two(no('fay'), no('ben'), yes('ana'), yes('cem')));
    expect(result.rejection).toBeUndefined();
    expect(result.rejections.map(({ person }) => person)).toEqual(['ben']);
  });

  test('rejects once enough people who may vote do', () => {
    expect(tally(two(no('cem', '09:05'), no('ben', '09:01'))).rejection).toMatchObject({ person: 'ben' });
  });
});

describe('who may vote', () => {
  test('an excluded person is told why, and who may instead', () => {
    expect(mayVote(excluding(aBallot([qa, security]), 'ben'), 'ben')).toEqual({
      ok: false,
      code: 'APPROVAL_EXCLUDED',
      because: 'Ben may not vote: author of 2 commits. Ask Ana or Cem.',
    });
  });
  test('a person of no rule is told so, known or not', () => {
    expect(mayVote(aBallot([qa]), 'cem')).toMatchObject({ ok: false, code: 'APPROVAL_NOT_ASKED' });
    expect(mayVote(aBallot([qa]), 'zoe')).toMatchObject({
      because: 'zoe is in no approval rule of this stage. Ask Ana or Ben.',
    });
  });
});
