import { describe, expect, test } from '@jest/globals';
import { aBallot, aRule, excluding, no, withRoles, yes } from '../../../test/support/a-ballot.ts';
import type { ApprovalView, Vote } from '../../release/release.ts';
import { type ApprovalFacts, evaluateApprovals } from './evaluate.ts';

const now = '2026-11-26T10:02:00.000Z';
const qa = { role: 'qa', atLeast: 1, not: ['author' as const] };
const security = { role: 'security', atLeast: 1, not: ['author' as const] };
const roles = { ana: ['qa', 'security'], ben: ['qa'], cem: ['security'] };

const anApproval = (votes: Vote[], over: Partial<ApprovalView> = {}): ApprovalView => ({
  requestId: 'req_1',
  state: 'open',
  subjectDigest: 'abc',
  openedAt: '2026-11-26T08:00:00.000Z',
  deadline: '2026-11-26T17:00:00.000Z',
  asked: [],
  excluded: [],
  votes,
  seats: [],
  ...over,
});
function factsOf(rules: ApprovalFacts['rules'], approval?: ApprovalView): ApprovalFacts {
  const { candidates, excluded } = withRoles(aBallot([]), roles);
  return { rules, candidates, excluded, ...(approval ? { approval } : {}) };
}

describe('the approval gate', () => {
  test.each([
    ['asks nobody where no rule does', factsOf([]), 'allowed', 'No approval is asked for.'],
    ['names who can open it', factsOf([qa]), 'needsPeople', 'Needs 1 of qa: Ana or Ben.'],
    [
      'A1: names alternatives',
      factsOf([qa, security], anApproval([yes('ana')])),
      'needsPeople',
      '1 of 2 given. Needs 1 more: Ben for qa or Cem for security.',
    ],
    [
      'asks for every rule',
      factsOf([
        { ...qa, people: ['ben'] },
        { ...security, people: ['cem'] },
      ]),
      'needsPeople',
      'Needs 1 of qa: Ben and 1 of security: Cem.',
    ],
    [
      'calls a rule of people by their names once',
      factsOf([aRule(1, 'dee', 'eve')]),
      'needsPeople',
      'Needs 1 of Dee or Eve.',
    ],
    [
      'A12: says who may not, and why',
      excludingFacts(factsOf([qa]), 'ben'),
      'needsPeople',
      'Needs 1 of qa: Ana. Ben may not: author of 2 commits.',
    ],
    [
      'counts rejections where it takes more than one',
      { ...factsOf([qa], anApproval([no('ben')])), terms: { rejectQuorum: 2 } },
      'needsPeople',
      '1 of 2 rejections. Needs 1 of qa: Ana.',
    ],
    [
      'says who must change their vote where nobody else can go on',
      {
        ...factsOf([{ ...qa, atLeast: 2 }], anApproval([yes('ana'), no('ben')])),
        terms: { rejectQuorum: 2 },
      },
      'needsPeople',
      '1 of 2 given, and nobody else can fill the rest unless Ben votes otherwise.',
    ],
    [
      'says from when on it asks',
      { ...factsOf([qa, security]), asks: { from: '2026-12-05T10:00:00.000Z' } },
      'waiting',
      'Asks qa and security from Sat 5 Dec 10:00 UTC on.',
    ],
    [
      'asks nobody while no start is known',
      { ...factsOf([qa]), asks: {} },
      'waiting',
      'Asks qa once it is known when it may start.',
    ],
    [
      'goes by the votes once it has asked',
      { ...factsOf([qa], anApproval([])), asks: {} },
      'needsPeople',
      'Needs 1 of qa: Ana or Ben.',
    ],
    [
      'waits while the grace runs',
      factsOf([qa], anApproval([yes('ana')], { closesAt: '2026-11-26T10:05:00.000Z' })),
      'waiting',
      'All approvals are given; votes may change until 10:05 UTC.',
    ],
    [
      'opens on full seats only when closed',
      factsOf([qa], anApproval([yes('ana')])),
      'waiting',
      'All approvals are given; the request is being closed.',
    ],
    [
      'opens when approved',
      factsOf([qa, security], anApproval([yes('ben'), yes('cem', '09:05')], { state: 'approved' })),
      'allowed',
      'Approved by Ben and Cem.',
    ],
    [
      'A11: is denied in the grace of a rejection',
      factsOf([qa], anApproval([yes('ana'), no('ben', '10:01')], { closesAt: '2026-11-26T10:06:00.000Z' })),
      'denied',
      'Ben rejected it 10:01 UTC: “carts break”. It counts from 10:06 UTC on; until then votes may change.',
    ],
    [
      'is denied when rejected',
      factsOf([qa], anApproval([no('ben')], { state: 'rejected' })),
      'denied',
      'Ben rejected it 09:00 UTC: “carts break”.',
    ],
    [
      'is denied when expired',
      factsOf([qa, security], anApproval([yes('ana')], { state: 'expired' })),
      'denied',
      'The approval expired Thu 26 Nov 17:00 UTC with 1 of 2 given.',
    ],
    [
      'A20: is denied when withdrawn',
      factsOf([qa], anApproval([], { state: 'withdrawn' })),
      'denied',
      'The approval request was withdrawn.',
    ],
    [
      'A14: waits for the new request when superseded',
      factsOf([qa], anApproval([yes('ana')], { state: 'superseded' })),
      'waiting',
      'What was to be approved has changed; a new request follows.',
    ],
    [
      'A4: is denied at planning when nobody could complete it',
      factsOf([
        { ...qa, people: ['ana'] },
        { ...security, people: ['ana'] },
      ]),
      'denied',
      'Nobody can complete the approval: qa and security together need 2 people, and only Ana may vote.',
    ],
    [
      'asks nobody after the deadline',
      factsOf([qa], anApproval([], { deadline: now })),
      'waiting',
      'The approval’s deadline passed Thu 26 Nov 10:02 UTC; the request is being closed.',
    ],
  ])('%s', (_, facts, kind, because) => {
    const verdict = evaluateApprovals(facts, now);
    expect(verdict).toMatchObject({ kind, because });
    if (verdict.kind === 'denied') expect(verdict.remedy).not.toBe('');
  });

  test('says when to look again while the grace runs', () => {
    const closesAt = '2026-11-26T10:05:00.000Z';
    expect(evaluateApprovals(factsOf([qa], anApproval([yes('ana')], { closesAt })), now)).toMatchObject({
      until: closesAt,
    });
  });

  test('a held request needs its owner', () => {
    const facts = { ...factsOf([qa], anApproval([], { state: 'held' })), owner: 'sam' };
    expect(evaluateApprovals(facts, now)).toMatchObject({
      kind: 'needsPeople',
      who: [{ rule: 'release owner', candidates: ['sam'], seats: 1 }],
    });
  });
});

function excludingFacts(facts: ApprovalFacts, person: string): ApprovalFacts {
  return { ...facts, excluded: excluding(aBallot([]), person).excluded };
}
