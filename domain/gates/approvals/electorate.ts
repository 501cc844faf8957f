import { listOf } from '../../list-of.ts';
import type { ApprovalRule } from '../../policy/policy.schema.ts';
import type { Candidate, StagePlan } from '../../release/plan.ts';
import type { Vote } from '../../release/release.ts';
import { type Assurance, suffices } from './assurance.ts';
import type { Bench, Teams } from './seating.ts';
import type { StandIns } from './stand-ins.ts';

/** Who is asked under which rules, and who may not answer. Aliases of one person have been folded together before. */
export interface Electorate {
  rules: readonly ApprovalRule[];
  candidates: readonly Candidate[];
  excluded: StagePlan['excluded'];
  /** What holds for all rules of the stage; left out: any number of a team, one rejection, the link in the mail. */
  terms?: Terms;
  /** Who is away and who may vote in their place; left out: nobody is. */
  standIns?: StandIns;
}

/** Terms of a stage that its rules share. */
export interface Terms {
  assurance?: Assurance;
  sameTeamAtMost?: number;
  rejectQuorum?: number;
}

/** An electorate and what it has said. Of several votes of one person the latest counts. */
export interface Ballot extends Electorate {
  votes: readonly Vote[];
}

/** What is known of a vote before it is counted: how sure its person is, and when it was cast. */
export interface Proof {
  assurance?: Assurance;
  at?: string;
}

type Electors = Pick<StagePlan, 'rules' | 'candidates' | 'excluded' | 'approval' | 'standIns'>;

/** Who decides about a stage, as the counting rules take it. */
export function electorateOf({ rules, candidates, excluded, approval, standIns }: Electors): Electorate {
  const { assurance, sameTeamAtMost, rejectQuorum } = approval;
  const terms: Terms = {
    ...(assurance === 'link' ? {} : { assurance }),
    ...(sameTeamAtMost === undefined ? {} : { sameTeamAtMost }),
    ...(rejectQuorum === undefined ? {} : { rejectQuorum }),
  };
  return {
    rules,
    candidates,
    excluded,
    ...(Object.keys(terms).length > 0 ? { terms } : {}),
    ...(standIns ? { standIns } : {}),
  };
}

/** How a rule is called: its role, or its people by name. */
export const ruleName = (rule: ApprovalRule, candidates: readonly Candidate[]): string =>
  rule.role ??
  listOf(
    (rule.people ?? []).map((person) => nameOf(person, candidates)),
    'or',
  );

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

/** What a vote under this rule must at least be proven by: the rule's own level, else that of the stage. */
export const assuranceOf = (rule: ApprovalRule, { terms }: Pick<Electorate, 'terms'>): Assurance =>
  rule.assurance ?? terms?.assurance ?? 'link';

/** A signal through Temporal proves nothing; where it may count at all, it counts as the weakest level. */
const levelOf = ({ assurance }: Proof): Assurance => assurance ?? 'link';

/**
 * One bench a rule: how many seats it has, and who may take one. `cast` says what is known of a person's vote; of whom nothing
 * is known, a vote that is good enough is expected.
 */
export function benchesOf(electorate: Electorate, cast: ReadonlyMap<string, Proof> = new Map()): Bench[] {
  return electorate.rules.map((rule, index) => {
    const admitted = electorate.candidates.filter((person) => {
      const proof = cast.get(person.id);
      if (proof && !suffices(levelOf(proof), assuranceOf(rule, electorate))) return false;
      return mayFill(electorate, index, person, cast);
    });
    return { places: rule.atLeast, admits: new Set(admitted.map(({ id }) => id)) };
  });
}

/** Who may fill a seat of a rule whatever the level of their vote: named by it, or in the place of somebody whom it names. */
function mayFill(
  electorate: Electorate,
  index: number,
  person: Candidate,
  cast: ReadonlyMap<string, Proof>,
): boolean {
  const rule = electorate.rules[index];
  if (!rule || isExcludedUnder(rule, person.id, electorate)) return false;
  if (isNamedBy(rule, person)) return true;
  if (!isBackupOf(rule, person)) return false;
  if (electorate.standIns?.backups.includes(index)) return true;
  return standsInUnder(electorate, rule, person, cast);
}

/**
 * A delegate votes for whom the rule names and who is away: within the absence, under that person's exclusion, too, and only as
 * long as the absent person has not voted after all (semantics §4, "Delegation").
 */
function standsInUnder(
  electorate: Electorate,
  rule: ApprovalRule,
  delegate: Candidate,
  cast: ReadonlyMap<string, Proof>,
): boolean {
  const at = cast.get(delegate.id)?.at;
  return (electorate.standIns?.away ?? []).some((absence) => {
    if (absence.delegate !== delegate.id || cast.has(absence.person)) return false;
    const absent = electorate.candidates.find(({ id }) => id === absence.person);
    if (!absent || !isNamedBy(rule, absent) || isExcludedUnder(rule, absent.id, electorate)) return false;
    if (at === undefined) return absence.isBack !== true;
    return Date.parse(absence.from) <= Date.parse(at) && Date.parse(at) < Date.parse(absence.until);
  });
}

/** A rule with both role and people wants both; one with neither asks nobody, so it can never be satisfied. */
export function isNamedBy(rule: Pick<ApprovalRule, 'role' | 'people'>, person: Candidate): boolean {
  if (rule.role === undefined && rule.people === undefined) return false;
  const holdsRole = rule.role === undefined || person.roles.includes(rule.role);
  return holdsRole && (rule.people === undefined || rule.people.includes(person.id));
}

export const isBackupOf = (rule: ApprovalRule, person: Candidate): boolean =>
  rule.backup !== undefined && isNamedBy(rule.backup, person);

/** Whether the rule bars this person, by one of the reasons in its `not`. */
export const isExcludedUnder = (
  rule: ApprovalRule,
  person: string,
  { excluded }: Pick<Electorate, 'excluded'>,
): boolean =>
  excluded.some((entry) => entry.person === person && entry.as.some((reason) => rule.not.includes(reason)));

/** The excluded people whom the rule would otherwise ask. */
export const excludedUnder = (rule: ApprovalRule, electorate: Electorate): StagePlan['excluded'] =>
  electorate.excluded.filter((entry) => {
    const candidate = electorate.candidates.find((person) => person.id === entry.person);
    return (
      candidate !== undefined &&
      (isNamedBy(rule, candidate) || isBackupOf(rule, candidate)) &&
      isExcludedUnder(rule, entry.person, electorate)
    );
  });

/** How many of one team may sit, and who is in which; people without a team are nobody's colleagues. */
export function teamsOf({ candidates, terms }: Electorate): Teams | undefined {
  if (terms?.sameTeamAtMost === undefined) return undefined;
  const teams = candidates.flatMap(({ id, team }) => (team === undefined ? [] : [[id, team] as const]));
  return { atMost: terms.sameTeamAtMost, of: new Map(teams) };
}
