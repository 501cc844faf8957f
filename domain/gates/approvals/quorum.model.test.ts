import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { ApprovalRule } from '../../policy/policy.schema.ts';
import type { StagePlan } from '../../release/plan.ts';
import type { Vote } from '../../release/release.ts';
import type { Ballot } from './electorate.ts';
import { tally, unreachable } from './quorum.ts';

const crew = ['ana', 'ben', 'cem', 'dee', 'eve'];
const reasons = ['author', 'requester'] as const;

const aRandomRule: fc.Arbitrary<ApprovalRule> = fc.record({
  people: fc.uniqueArray(fc.constantFrom(...crew), { minLength: 1 }),
  atLeast: fc.integer({ min: 1, max: 2 }),
  not: fc.subarray([...reasons]),
});
const aRandomVote: fc.Arbitrary<Vote> = fc.record({
  person: fc.constantFrom(...crew, 'stranger'),
  choice: fc.constantFrom('approve', 'approve', 'approve', 'reject'),
  // Few instants, so that changes of mind, ties and late arrivals are common.
  at: fc.integer({ min: 0, max: 5 }).map((minute) => `2026-11-26T09:0${minute}:00.000Z`),
  via: fc.constant('link'),
  decisionId: fc.uuid(),
});
const exclusions: fc.Arbitrary<StagePlan['excluded']> = fc.uniqueArray(
  fc.record({
    person: fc.constantFrom(...crew),
    because: fc.constant('author'),
    as: fc.subarray([...reasons], { minLength: 1 }),
  }),
  { maxLength: 2, selector: (entry) => entry.person },
);
const aRandomBallot: fc.Arbitrary<Ballot> = fc.record({
  rules: fc.array(aRandomRule, { maxLength: 3 }),
  candidates: fc.constant(crew.map((id) => ({ id, name: id, roles: [] }))),
  excluded: exclusions,
  votes: fc.array(aRandomVote, { maxLength: 9 }),
});

/** The rule of semantics §4 by trying everything: every way in which each person takes one seat or none. */
function oracle(ballot: Ballot) {
  const may = (person: string, rule: ApprovalRule) =>
    crew.includes(person) &&
    rule.people?.includes(person) === true &&
    !ballot.excluded.some(
      (entry) => entry.person === person && entry.as.some((reason) => rule.not.includes(reason)),
    );
  const last = new Map<string, Vote>();
  for (const vote of ballot.votes) {
    const earlier = last.get(vote.person);
    if (!earlier || vote.at >= earlier.at) last.set(vote.person, vote);
  }
  const rejectors = [...last.values()].filter(
    (vote) => vote.choice === 'reject' && ballot.rules.some((rule) => may(vote.person, rule)),
  );
  const approvers = crew.filter((person) => last.get(person)?.choice === 'approve');
  const silent = crew.filter((person) => !last.has(person));
  const total = ballot.rules.reduce((sum, rule) => sum + rule.atLeast, 0);

  function fillings(people: string[]): Map<string, number>[] {
    const [first, ...others] = people;
    if (first === undefined) return [new Map()];
    return fillings(others).flatMap((filling) => [
      filling,
      ...ballot.rules.flatMap((rule, index) => {
        const sitting = [...filling.values()].filter((seat) => seat === index).length;
        return may(first, rule) && sitting < rule.atLeast
          ? [new Map([...filling, [first, index] as const])]
          : [];
      }),
    ]);
  }
  const filled = Math.max(...fillings(approvers).map((filling) => filling.size));
  const keeping = fillings([...approvers, ...silent]).filter(
    (filling) =>
      filling.size === total && approvers.filter((person) => filling.has(person)).length === filled,
  );
  const newcomers = (filling: Map<string, number>, index: number) =>
    silent.filter((person) => filling.get(person) === index);
  const asks = ballot.rules.map((_, index) => ({
    candidates: crew.filter((person) =>
      keeping.some((filling) => newcomers(filling, index).includes(person)),
    ),
    seats: Math.max(0, ...keeping.map((filling) => newcomers(filling, index).length)),
  }));
  const reachable = fillings(crew).some((filling) => filling.size === total);
  return { filled, total, rejectors: rejectors.map((vote) => vote.person), asks, reachable };
}

describe('against every way to seat the people', () => {
  test('the tally, the people asked and an unreachable quorum agree', () => {
    fc.assert(
      fc.property(aRandomBallot, (ballot) => {
        const result = tally(ballot);
        const truth = oracle(ballot);
        expect([result.filled, result.total]).toEqual([truth.filled, truth.total]);
        expect(result.complete).toBe(truth.filled === truth.total);
        expect(result.rejection === undefined).toBe(truth.rejectors.length === 0);
        if (result.rejection) expect(truth.rejectors).toContain(result.rejection.person);
        const asked =
          result.complete || result.rejection ? [] : truth.asks.filter((ask) => ask.candidates.length > 0);
        expect(result.who.map(({ candidates, seats }) => ({ candidates, seats }))).toEqual(asked);
        expect(unreachable(ballot) === undefined).toBe(truth.reachable);
        expect(result.seats.reduce((sum, seat) => sum + seat.filled, 0)).toBe(result.filled);
        expect(result.seats.every((seat) => seat.filled <= seat.atLeast)).toBe(true);
      }),
      { numRuns: 5_000 },
    );
  });

  test('the order in which votes of different instants arrive changes nothing', () => {
    const distinct = fc.uniqueArray(aRandomVote, { selector: (vote) => vote.at, maxLength: 6 });
    fc.assert(
      fc.property(aRandomBallot, distinct, fc.infiniteStream(fc.nat()), (ballot, votes, keys) => {
        const shuffled = votes
          .map((vote) => ({ vote, key: keys.next().value }))
          .sort((a, b) => a.key - b.key);
        expect(tally({ ...ballot, votes: shuffled.map(({ vote }) => vote) })).toEqual(
          tally({ ...ballot, votes }),
        );
      }),
      { numRuns: 500 },
    );
  });
});
