import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  type OracleRequest,
  type OracleRule,
  oracleReachable,
  oracleState,
  oracleTally,
  type OracleVote,
} from '../../../test/support/approval-oracle.ts';
import type { Vote } from '../../release/release.ts';
import { assurances } from './assurance.ts';
import { closing, type OpenRequest } from './closing.ts';
import { tally, unreachable } from './quorum.ts';

/** All properties together run some 20,000 times; `npm run test:chaos` has more time. */
const share = Number(process.env['GANTRY_PROPERTY_RUNS'] ?? 20_000) / 20_000;
const runs = (ofTwentyThousand: number) => ({ numRuns: Math.ceil(ofTwentyThousand * share) });

const crew = ['ana', 'ben', 'cem', 'dee', 'eve'];
const reasons = ['author', 'requester'] as const;
const opened = Date.parse('2026-11-26T09:00:00.000Z');
const at = (minute: number): string => new Date(opened + minute * 60_000).toISOString();

const some = (most: number) => fc.uniqueArray(fc.constantFrom(...crew), { maxLength: most });
const rule: fc.Arbitrary<OracleRule> = fc.record({
  people: fc.uniqueArray(fc.constantFrom(...crew), { minLength: 1, maxLength: 4 }),
  backup: fc.oneof({ weight: 2, arbitrary: fc.constant([]) }, { weight: 1, arbitrary: some(2) }),
  atLeast: fc.integer({ min: 1, max: 2 }),
  not: fc.subarray([...reasons]),
  level: fc.constantFrom(0, 0, 0, 1, 3),
});
const vote: fc.Arbitrary<OracleVote> = fc.record({
  person: fc.constantFrom(...crew, 'stranger'),
  choice: fc.constantFrom('approve', 'approve', 'approve', 'approve', 'reject'),
  // Few instants, so that changes of mind, ties and votes around the deadline are common.
  minute: fc.integer({ min: 0, max: 8 }),
  level: fc.constantFrom(0, 1, 3, 3),
  subject: fc.constantFrom('now', 'now', 'now', 'now', 'before'),
});
const request: fc.Arbitrary<OracleRequest> = fc.record({
  people: fc.constant(crew),
  rules: fc.array(rule, { minLength: 1, maxLength: 3 }),
  barred: fc.array(fc.record({ person: fc.constantFrom(...crew), reason: fc.constantFrom(...reasons) }), {
    maxLength: 2,
  }),
  teams: fc.dictionary(fc.constantFrom(...crew), fc.constantFrom('web', 'core'), { maxKeys: 4 }),
  sameTeamAtMost: fc.constantFrom(1, 2, 9, 9),
  rejectQuorum: fc.constantFrom(1, 1, 2),
  graceMinutes: fc.constantFrom(0, 2),
  deadline: fc.constantFrom(4, 6, 20),
  openBackups: fc.subarray([0, 1, 2]),
  away: fc.uniqueArray(
    fc.record(
      {
        person: fc.constantFrom(...crew),
        delegate: fc.constantFrom(...crew),
        until: fc.constantFrom(3, 30),
      },
      { requiredKeys: ['person', 'until'] },
    ),
    { maxLength: 2, selector: ({ person }) => person },
  ),
  subject: fc.constant('now'),
});

/** The same request as the rules take it. */
function ruled(given: OracleRequest, votes: readonly OracleVote[]): OpenRequest {
  const { graceMinutes, sameTeamAtMost, rejectQuorum } = given;
  return {
    rules: given.rules.map(({ people, backup, atLeast, not, level }) => ({
      people: [...people],
      atLeast,
      not: reasons.filter((reason) => not.includes(reason)),
      ...(level === 0 ? {} : { assurance: assurances[level] ?? 'reauth' }),
      ...(backup.length > 0 ? { backup: { people: [...backup] } } : {}),
    })),
    candidates: crew.map((id) => {
      const team = given.teams[id];
      return { id, name: id, roles: [], ...(team === undefined ? {} : { team }) };
    }),
    excluded: crew.flatMap((person) => {
      const as = reasons.filter((reason) =>
        given.barred.some((one) => one.person === person && one.reason === reason),
      );
      return as.length > 0 ? [{ person, because: 'had a hand in it', as }] : [];
    }),
    terms: {
      ...(sameTeamAtMost === 9 ? {} : { sameTeamAtMost }),
      ...(rejectQuorum === 1 ? {} : { rejectQuorum }),
    },
    standIns: {
      away: given.away.map(({ person, delegate, until }) => ({
        person,
        from: at(-60),
        until: at(until),
        ...(delegate === undefined ? {} : { delegate }),
        throughout: until >= given.deadline,
      })),
      backups: given.openBackups.filter((index) => index < given.rules.length),
    },
    votes: votes.map((one, index): Vote => ({
      person: one.person,
      choice: one.choice,
      at: at(one.minute),
      via: 'link',
      assurance: assurances[one.level] ?? 'reauth',
      decisionId: `dec_${index}`,
    })),
    approval: { graceMs: graceMinutes * 60_000, onExpiry: 'close' },
    openedAt: at(0),
    deadline: at(given.deadline),
  };
}

/** A vote on what the request was about before is refused when it comes in, and never reaches the count. */
const onSubject = (given: OracleRequest, votes: readonly OracleVote[]): OracleVote[] =>
  votes.filter(({ subject }) => subject === given.subject);

describe('against every way to seat the people', () => {
  test('seats, rejections, those who are asked and what nobody can fill are as they must be', () => {
    fc.assert(
      fc.property(request, fc.array(vote, { maxLength: 7 }), (given, votes) => {
        const cast = onSubject(given, votes);
        const ballot = ruled(given, cast);
        const result = tally(ballot);
        const truth = oracleTally(given, cast);
        const asked =
          result.complete || truth.rejected ? [] : truth.asks.filter((ask) => ask.candidates.length > 0);
        // one comparison, for there are many runs
        expect({
          filled: result.filled,
          total: result.total,
          isComplete: result.complete,
          isRejected: result.rejection !== undefined,
          who: result.who.map(({ candidates, seats }) => ({ candidates, seats })),
          isReachable: unreachable(ballot) === undefined,
          seated: result.seats.reduce((sum, seat) => sum + seat.filled, 0),
          areSeatsWithin: result.seats.every((seat) => seat.filled <= seat.atLeast),
        }).toEqual({
          filled: truth.filled,
          total: truth.total,
          isComplete: truth.filled === truth.total,
          isRejected: truth.rejected,
          who: asked,
          isReachable: oracleReachable(given),
          seated: truth.filled,
          areSeatsWithin: true,
        });
      }),
      runs(9_000),
    );
  });

  test('a request is open, in grace or closed as minute after minute makes it', () => {
    const minutes = fc.integer({ min: 0, max: 21 });
    fc.assert(
      fc.property(request, fc.array(vote, { maxLength: 8 }), minutes, (given, votes, now) => {
        const cast = onSubject(given, votes).filter(({ minute }) => minute <= now);
        const inOrder = cast.toSorted((a, b) => a.minute - b.minute);
        expect(closing(ruled(given, inOrder), at(now)).kind).toBe(oracleState(given, votes, now));
      }),
      runs(9_000),
    );
  });

  test('a second chance is given once, with half the time, and never an approval', () => {
    fc.assert(
      fc.property(request, fc.array(vote, { maxLength: 8 }), (given, votes) => {
        const cast = onSubject(given, votes);
        const first: OpenRequest = {
          ...ruled(given, cast),
          approval: { graceMs: given.graceMinutes * 60_000, onExpiry: 'escalate' },
        };
        const known = oracleState(given, cast, given.deadline);
        expect(closing(first, at(given.deadline)).kind).toBe(known === 'expired' ? 'escalate' : known);
        if (known !== 'expired') return;
        const longer = given.deadline * 1.5;
        const widest = { ...given, deadline: longer, openBackups: given.rules.map((_, index) => index) };
        const second = { ...ruled(widest, cast), approval: first.approval, isEscalated: true };
        expect(closing(second, at(longer)).kind).toBe(oracleState(widest, cast, longer));
      }),
      runs(3_000),
    );
  });

  test('the order in which votes of different instants arrive changes nothing', () => {
    const distinct = fc.uniqueArray(vote, { selector: ({ minute }) => minute, maxLength: 6 });
    fc.assert(
      fc.property(request, distinct, fc.infiniteStream(fc.nat()), (given, votes, keys) => {
        const shuffled = votes
          .map((one) => ({ one, key: keys.next().value }))
          .toSorted((a, b) => a.key - b.key)
          .map(({ one }) => one);
        const seen = (cast: OracleVote[]) => {
          const { seats, filled, who, rejection } = tally(ruled(given, cast));
          return { seats, filled, who, rejected: rejection?.person };
        };
        expect(seen(shuffled)).toEqual(seen(votes));
      }),
      runs(500),
    );
  });
});
