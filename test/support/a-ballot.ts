import type { ApprovalRule } from '../../domain/policy/policy.schema.ts';
import type { Vote, VoteChoice } from '../../domain/release/release.ts';
import type { Ballot } from '../../domain/gates/approvals/electorate.ts';

const everybody = ['ana', 'ben', 'cem', 'dee', 'eve', 'fay'];

/** `ana` → `Ana`: every person of these tests has one name. */
export const nameOfId = (id: string): string => id.charAt(0).toUpperCase() + id.slice(1);

/** So many of these people, with the exclusions that a rule has by default. */
export const aRule = (atLeast: number, ...people: string[]): ApprovalRule => ({
  people,
  atLeast,
  not: ['author', 'committer', 'requester', 'policyEditor'],
});

/** Ana to Fay under the given rules, with nobody excluded. */
export const aBallot = (rules: ApprovalRule[], ...votes: Vote[]): Ballot => ({
  rules,
  candidates: everybody.map((id) => ({ id, name: nameOfId(id), roles: [] })),
  excluded: [],
  votes,
});

/** Gives people roles, for rules that ask for one. */
export const withRoles = (ballot: Ballot, roles: Record<string, string[]>): Ballot => ({
  ...ballot,
  candidates: ballot.candidates.map((person) => ({ ...person, roles: roles[person.id] ?? [] })),
});

/** Puts people into teams; the others have none. */
export const inTeams = (ballot: Ballot, teams: Record<string, string>): Ballot => ({
  ...ballot,
  candidates: ballot.candidates.map((person) => {
    const team = teams[person.id];
    return { ...person, ...(team === undefined ? {} : { team }) };
  }),
});

export const excluding = (ballot: Ballot, person: string): Ballot => ({
  ...ballot,
  excluded: [...ballot.excluded, { person, because: 'author of 2 commits', as: ['author'] }],
});

/** A vote on the day of these tests; `at` is a time of that day, such as 09:00 or 08:59:59. */
const vote = (person: string, choice: VoteChoice, at: string): Vote => ({
  person,
  choice,
  at: `2026-11-26T${at.length === 5 ? `${at}:00` : at}.000Z`,
  via: 'link',
  decisionId: `dec_${person}_${choice}_${at}`,
  ...(choice === 'reject' ? { comment: 'carts break' } : {}),
});
export const yes = (person: string, at = '09:00'): Vote => vote(person, 'approve', at);
export const no = (person: string, at = '09:00'): Vote => vote(person, 'reject', at);
