import type { ApprovalRule } from '../../policy/policy.schema.ts';
import type { Candidate, StagePlan } from '../../release/plan.ts';
import type { SeatView, Vote } from '../../release/release.ts';
import type { Ask } from '../../verdict.ts';
import { listOf } from '../../list-of.ts';
import { type Bench, seat, shortBenches } from './seating.ts';

/** Who is asked under which rules, and who may not answer. Aliases of one person have been folded together before. */
export interface Electorate {
  rules: readonly ApprovalRule[];
  candidates: readonly Candidate[];
  excluded: StagePlan['excluded'];
}

/** An electorate and what it has said. Of several votes of one person the latest counts. */
export interface Ballot extends Electorate {
  votes: readonly Vote[];
}

/** Where an approval request stands (semantics §4). */
export interface Tally {
  /** One for each rule, in the rules' order. `candidates` are those whose vote would still help under it. */
  seats: SeatView[];
  filled: number;
  total: number;
  /** Every seat of every rule is filled. A rejection stands beside that and beats it. */
  complete: boolean;
  /** The earliest rejection, among the votes that count, of a person who may vote. */
  rejection?: Vote;
  /** Empty when nobody's vote is missing, and when no votes could fill all seats. */
  who: Ask[];
}

/** Counts the votes: one person fills one seat at most over all rules, and the order of votes never matters. */
export function tally(ballot: Ballot): Tally {
  const standing = standingVotes(ballot);
  const benches = benchesOf(ballot);
  const approvers = approversIn(ballot, standing);
  const seating = seat(approvers, benches);
  const total = placesOf(benches);
  const complete = seating.seated === total;
  const rejection = earliestRejection(ballot, standing);
  const asks = complete || rejection ? [] : asksOf(ballot, benches, approvers, standing, seating.seated);
  const seats = ballot.rules.map((rule, index): SeatView => ({
    rule: ruleName(rule, ballot.candidates),
    atLeast: rule.atLeast,
    filled: seating.occupants[index]?.length ?? 0,
    candidates: asks[index]?.candidates ?? [],
  }));
  const who = asks.filter((ask) => ask.candidates.length > 0);
  return { seats, filled: seating.seated, total, complete, ...(rejection ? { rejection } : {}), who };
}

/** What the votes amount to if none follows: `rejected` by one person who may vote, else `approved` by full seats. */
export function outcomeOf(ballot: Ballot): 'approved' | 'rejected' | undefined {
  const standing = standingVotes(ballot);
  if (earliestRejection(ballot, standing)) return 'rejected';
  const benches = benchesOf(ballot);
  return seat(approversIn(ballot, standing), benches).seated === placesOf(benches) ? 'approved' : undefined;
}

/**
 * Why no votes whatever could fill all seats, or nothing where they could: said when planning, not after three days.
 * Names only the rules that are short, who is eligible under them, and who is shut out.
 */
export function unreachable(electorate: Electorate): string | undefined {
  const benches = benchesOf(electorate);
  const seating = seat(idsOf(electorate.candidates), benches);
  if (seating.seated === placesOf(benches)) return undefined;
  const short = shortBenches(seating, benches);
  const rules = short.flatMap((index) => electorate.rules[index] ?? []);
  const eligible = electorate.candidates.filter((person) =>
    short.some((index) => benches[index]?.admits.has(person.id)),
  );
  const needed = rules.reduce((sum, rule) => sum + rule.atLeast, 0);
  const names = rules.map((rule) => ruleName(rule, electorate.candidates));
  const shutOut = electorate.excluded.filter((entry) =>
    rules.some((rule) => isExcludedUnder(rule, entry, electorate)),
  );
  const who =
    eligible.length === 0
      ? 'nobody'
      : `only ${listOf(
          eligible.map((person) => person.name),
          'and',
        )}`;
  const without = shutOut.map((entry) => `${nameOf(entry.person, electorate.candidates)} (${entry.because})`);
  return `${listOf(names, 'and')} ${rules.length === 1 ? 'needs' : 'together need'} ${people(needed)}, and ${who} may vote${
    without.length > 0 ? `; excluded: ${without.join(', ')}` : ''
  }.`;
}

/** Whether a vote of this person would count; else why not, and who could vote instead. */
export function mayVote(
  electorate: Electorate,
  person: string,
): { ok: true } | { ok: false; code: 'APPROVAL_NOT_ASKED' | 'APPROVAL_EXCLUDED'; because: string } {
  const benches = benchesOf(electorate);
  if (benches.some((bench) => bench.admits.has(person))) return { ok: true };
  const name = nameOf(person, electorate.candidates);
  const others = electorate.candidates.filter(({ id }) => benches.some((bench) => bench.admits.has(id)));
  const instead =
    others.length > 0
      ? ` Ask ${listOf(
          others.map((other) => other.name),
          'or',
        )}.`
      : '';
  const entry = electorate.excluded.find((candidate) => candidate.person === person);
  if (entry && electorate.rules.some((rule) => isExcludedUnder(rule, entry, electorate))) {
    return {
      ok: false,
      code: 'APPROVAL_EXCLUDED',
      because: `${name} may not vote: ${entry.because}.${instead}`,
    };
  }
  return {
    ok: false,
    code: 'APPROVAL_NOT_ASKED',
    because: `${name} is in no approval rule of this stage.${instead}`,
  };
}

/** How a rule is called: its role, or its people by name. */
export const ruleName = (rule: ApprovalRule, candidates: readonly Candidate[]): string =>
  rule.role ??
  listOf(
    (rule.people ?? []).map((person) => nameOf(person, candidates)),
    'or',
  );

/** The excluded people whom the rule would otherwise ask. */
export const excludedUnder = (rule: ApprovalRule, electorate: Electorate): StagePlan['excluded'] =>
  electorate.excluded.filter((entry) => isExcludedUnder(rule, entry, electorate));

export const nameOf = (person: string, candidates: readonly Candidate[]): string =>
  candidates.find((candidate) => candidate.id === person)?.name ?? person;

/** Each person's latest vote, oldest first; of two at one instant the one recorded later counts. */
export function standingVotes({ votes }: Pick<Ballot, 'votes'>): Vote[] {
  const latest = new Map<string, Vote>();
  for (const vote of byTime(votes)) {
    latest.delete(vote.person);
    latest.set(vote.person, vote);
  }
  return [...latest.values()];
}

/** Votes in the order of their instants; those of one instant stay as recorded. */
export const byTime = (votes: readonly Vote[]): Vote[] =>
  [...votes].sort((a, b) => Date.parse(a.at) - Date.parse(b.at));

/**
 * For each rule, who of those that have not voted sits in it in some complete filling that keeps the most votes
 * seated (semantics §4, A12), and how many of its seats they could take at once.
 */
function asksOf(
  ballot: Ballot,
  benches: readonly Bench[],
  approvers: readonly string[],
  standing: readonly Vote[],
  seated: number,
): Ask[] {
  const voted = new Set(standing.map((vote) => vote.person));
  const silent = idsOf(ballot.candidates).filter((person) => !voted.has(person));
  const everybody = [...approvers, ...silent];
  const total = placesOf(benches);
  // The votes that can sit at once can be kept in a filling of everything, because seatable sets form a matroid.
  const fillsUp = (split: readonly Bench[]): boolean =>
    seat(approvers, split).seated === seated && seat(everybody, split).seated === total;

  return benches.map((bench, index) => {
    const able = silent.filter((person) => bench.admits.has(person));
    const candidates = able.filter((person) => fillsUp(setAside(benches, index, 1, [person])));
    let seats = 0;
    while (
      seats < bench.places &&
      seats < candidates.length &&
      fillsUp(setAside(benches, index, seats + 1, candidates))
    )
      seats += 1;
    const rule = ballot.rules[index];
    return { rule: rule ? ruleName(rule, ballot.candidates) : '', candidates, seats };
  });
}

/** The benches with some places of one of them kept for certain people. */
function setAside(
  benches: readonly Bench[],
  index: number,
  places: number,
  people: readonly string[],
): Bench[] {
  const rest = benches.map((bench, other) =>
    other === index ? { ...bench, places: bench.places - places } : bench,
  );
  return [...rest, { places, admits: new Set(people) }];
}

function benchesOf(electorate: Electorate): Bench[] {
  return electorate.rules.map((rule) => {
    const shutOut = new Set(excludedUnder(rule, electorate).map((entry) => entry.person));
    const admitted = electorate.candidates.filter(
      (person) => isNamedBy(rule, person) && !shutOut.has(person.id),
    );
    return { places: rule.atLeast, admits: new Set(idsOf(admitted)) };
  });
}

/** A rule with both role and people wants both; one with neither asks nobody, so it can never be satisfied. */
function isNamedBy(rule: ApprovalRule, person: Candidate): boolean {
  if (rule.role === undefined && rule.people === undefined) return false;
  const holdsRole = rule.role === undefined || person.roles.includes(rule.role);
  return holdsRole && (rule.people === undefined || rule.people.includes(person.id));
}

function isExcludedUnder(
  rule: ApprovalRule,
  entry: StagePlan['excluded'][number],
  electorate: Electorate,
): boolean {
  const candidate = electorate.candidates.find((person) => person.id === entry.person);
  return (
    candidate !== undefined &&
    isNamedBy(rule, candidate) &&
    entry.as.some((reason) => rule.not.includes(reason))
  );
}

/** In the candidates' order, so that who sits where is the same however the votes came in. */
function approversIn(ballot: Ballot, standing: readonly Vote[]): string[] {
  const approving = new Set(standing.filter((vote) => vote.choice === 'approve').map((vote) => vote.person));
  return idsOf(ballot.candidates).filter((person) => approving.has(person));
}

const earliestRejection = (ballot: Ballot, standing: readonly Vote[]): Vote | undefined =>
  standing.find((vote) => vote.choice === 'reject' && mayVote(ballot, vote.person).ok);

const idsOf = (candidates: readonly Candidate[]): string[] => [
  ...new Set(candidates.map((candidate) => candidate.id)),
];
const placesOf = (benches: readonly Bench[]): number => benches.reduce((sum, bench) => sum + bench.places, 0);
const people = (count: number): string => (count === 1 ? '1 person' : `${count} people`);
