import type { Vote, SeatView } from '../../release/release.ts';
import type { Ask } from '../../verdict.ts';
import { listOf } from '../../list-of.ts';
import { suffices } from './assurance.ts';
import {
  assuranceOf,
  type Ballot,
  benchesOf,
  type Electorate,
  excludedUnder,
  nameOf,
  type Proof,
  ruleName,
  standingVotes,
  teamsOf,
} from './electorate.ts';
import { type Bench, seat, shortBenches } from './seating.ts';

/** Where an approval request stands (semantics §4). */
export interface Tally {
  /** One for each rule, in the rules' order. `candidates` are those whose vote would still help under it. */
  seats: SeatView[];
  filled: number;
  total: number;
  /** Every seat of every rule is filled. A rejection stands beside that and beats it. */
  complete: boolean;
  /** The earliest rejection that counts, once as many people reject as the stage says. */
  rejection?: Vote;
  /** Rejections of people who may vote, the earliest first, also where they are too few. */
  rejections: Vote[];
  /** Empty when nobody's vote is missing, and when no votes could fill all seats. */
  who: Ask[];
}

/** Counts the votes: one person fills one seat at most over all rules, and the order of votes never matters. */
export function tally(ballot: Ballot): Tally {
  const look = lookAt(ballot);
  const seating = seat(look.approvers, [], look.benches, look.teams);
  const complete = seating.seated === look.total;
  const { rejections } = look;
  const rejection = isRejected(ballot, rejections) ? rejections[0] : undefined;
  const asks = complete || rejection ? [] : asksOf(ballot, look);
  const seats = ballot.rules.map((rule, index): SeatView => ({
    rule: ruleName(rule, ballot.candidates),
    atLeast: rule.atLeast,
    filled: seating.occupants[index]?.length ?? 0,
    candidates: asks[index]?.candidates ?? [],
  }));
  const who = asks.filter((ask) => ask.candidates.length > 0);
  const counted = { filled: seating.seated, total: look.total, complete, rejections, who };
  return { seats, ...counted, ...(rejection ? { rejection } : {}) };
}

/** What the votes amount to if none follows: `rejected` by enough people who may vote, else `approved` by full seats. */
export function outcomeOf(ballot: Ballot): 'approved' | 'rejected' | undefined {
  const { approvers, rejections, benches, teams, total } = lookAt(ballot);
  if (isRejected(ballot, rejections)) return 'rejected';
  return seat(approvers, [], benches, teams).seated === total ? 'approved' : undefined;
}

/** What a ballot comes to before anybody is seated. */
interface Look {
  standing: Vote[];
  /** In the candidates' order, so that who sits where is the same however the votes came in. */
  approvers: string[];
  rejections: Vote[];
  benches: Bench[];
  teams: ReturnType<typeof teamsOf>;
  total: number;
}

function lookAt(ballot: Ballot): Look {
  const standing = standingVotes(ballot);
  const benches = benchesOf(ballot, new Map(standing.map((vote) => [vote.person, vote])));
  const sits = (person: string) => benches.some((bench) => bench.admits.has(person));
  const approving = new Set(
    standing.filter(({ choice }) => choice === 'approve').map(({ person }) => person),
  );
  return {
    standing,
    benches,
    approvers: idsOf(ballot.candidates).filter((person) => approving.has(person)),
    rejections: standing.filter(({ choice, person }) => choice === 'reject' && sits(person)),
    teams: teamsOf(ballot),
    total: placesOf(benches),
  };
}

const isRejected = ({ terms }: Electorate, rejections: readonly Vote[]): boolean =>
  rejections.length >= (terms?.rejectQuorum ?? 1);

/**
 * Why no votes whatever could fill all seats, or nothing where they could: said when planning and opening, not after three days.
 * Backup groups count, for they are asked before the end; people who are away until then do not. Names only the rules that
 * are short, who is eligible under them, and who is shut out.
 */
export function unreachable(electorate: Electorate): string | undefined {
  const away = electorate.standIns?.away ?? [];
  const gone = new Set(away.filter(({ throughout }) => throughout).map(({ person }) => person));
  const everyBackup = electorate.rules.flatMap(({ backup }, index) => (backup ? [index] : []));
  const benches = benchesOf(
    everyBackup.length > 0 ? { ...electorate, standIns: { away, backups: everyBackup } } : electorate,
  ).map((bench) => ({ ...bench, admits: new Set([...bench.admits].filter((person) => !gone.has(person))) }));
  const present = idsOf(electorate.candidates).filter((person) => !gone.has(person));
  const total = placesOf(benches);
  const anyTeam = seat([], present, benches);
  if (anyTeam.seated < total) return whoIsMissing(electorate, benches, shortBenches(anyTeam, benches), gone);
  const teams = teamsOf(electorate);
  const byTeam = teams ? seat([], present, benches, teams).seated : total;
  if (byTeam === total) return undefined;
  return `${people(total)} must agree, at most ${teams?.atMost ?? 0} of one team, and the teams of those who may vote can fill only ${byTeam} of ${total} seats.`;
}

function whoIsMissing(
  electorate: Electorate,
  benches: readonly Bench[],
  short: readonly number[],
  gone: ReadonlySet<string>,
): string {
  const rules = short.flatMap((index) => electorate.rules[index] ?? []);
  const eligible = electorate.candidates.filter((person) =>
    short.some((index) => benches[index]?.admits.has(person.id)),
  );
  const needed = rules.reduce((sum, rule) => sum + rule.atLeast, 0);
  const names = rules.map((rule) => ruleName(rule, electorate.candidates));
  const shutOut = [...new Set(rules.flatMap((rule) => excludedUnder(rule, electorate)))];
  const who =
    eligible.length === 0
      ? 'nobody'
      : `only ${listOf(
          eligible.map((person) => person.name),
          'and',
        )}`;
  const without = electorate.excluded
    .filter((entry) => shutOut.includes(entry))
    .map((entry) => `${nameOf(entry.person, electorate.candidates)} (${entry.because})`);
  const absent = whoWouldSit(electorate, short, gone);
  return [
    `${listOf(names, 'and')} ${rules.length === 1 ? 'needs' : 'together need'} ${people(needed)}, and ${who} may vote`,
    ...(without.length > 0 ? [`excluded: ${without.join(', ')}`] : []),
    ...(absent.length > 0 ? [`away: ${absent.join(', ')}`] : []),
  ]
    .join('; ')
    .concat('.');
}

/** Those of the absent whom one of the rules would ask, with the end of their absence. */
function whoWouldSit(electorate: Electorate, short: readonly number[], gone: ReadonlySet<string>): string[] {
  const benches = benchesOf(electorate);
  return (electorate.standIns?.away ?? [])
    .filter(({ person }) => gone.has(person) && short.some((index) => benches[index]?.admits.has(person)))
    .map(({ person, until }) => `${nameOf(person, electorate.candidates)} (until ${until.slice(0, 10)})`);
}

/** Why a vote would not count, or that it would; and who could vote instead. `proof` is what is known of the vote. */
export function mayVote(
  electorate: Electorate & Partial<Pick<Ballot, 'votes'>>,
  person: string,
  proof?: Proof,
):
  | { ok: true }
  | {
      ok: false;
      code: 'APPROVAL_NOT_ASKED' | 'APPROVAL_EXCLUDED' | 'APPROVAL_ASSURANCE_LOW';
      because: string;
    } {
  const cast = new Map<string, Proof>(
    standingVotes({ votes: electorate.votes ?? [] }).map((vote) => [vote.person, vote]),
  );
  cast.delete(person);
  if (proof) cast.set(person, proof);
  const benches = benchesOf(electorate, cast);
  if (benches.some((bench) => bench.admits.has(person))) return { ok: true };
  const name = nameOf(person, electorate.candidates);
  const surely = new Map(cast).set(person, { ...proof, assurance: 'reauth' });
  const wanted = benchesOf(electorate, surely).flatMap((bench, index) =>
    bench.admits.has(person) ? (electorate.rules[index] ?? []) : [],
  );
  if (wanted.length > 0) return { ok: false, ...tooWeak(electorate, wanted, name, proof) };
  const others = electorate.candidates.filter(({ id }) => benches.some((bench) => bench.admits.has(id)));
  const instead =
    others.length > 0
      ? ` Ask ${listOf(
          others.map((other) => other.name),
          'or',
        )}.`
      : '';
  const entry = electorate.excluded.find((candidate) => candidate.person === person);
  if (entry && electorate.rules.some((rule) => excludedUnder(rule, electorate).includes(entry))) {
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

/** The weakest of the levels that the rules ask for: reaching it is enough for one of them. */
function tooWeak(
  electorate: Electorate,
  rules: Electorate['rules'],
  name: string,
  proof: Proof | undefined,
): { code: 'APPROVAL_ASSURANCE_LOW'; because: string } {
  const levels = rules.map((rule) => assuranceOf(rule, electorate));
  const asked = levels.reduce((least, level) => (suffices(least, level) ? level : least));
  return {
    code: 'APPROVAL_ASSURANCE_LOW',
    because: `${name} may vote here only by ${asked}, and this vote came by ${proof?.assurance ?? 'link'}.`,
  };
}

/**
 * For each rule, who of those that have not voted sits in it in some complete filling that keeps the most votes
 * seated (semantics §4, A12), and how many of its seats they could take at once. Whoever is away is asked only where it
 * does not go without.
 */
function asksOf(ballot: Ballot, { benches, approvers, standing, teams, total }: Look): Ask[] {
  const voted = new Set(standing.map((vote) => vote.person));
  const away = new Set(
    (ballot.standIns?.away ?? []).filter(({ isBack }) => isBack !== true).map(({ person }) => person),
  );
  const silent = idsOf(ballot.candidates).filter((person) => !voted.has(person));
  const present = silent.filter((person) => !away.has(person));
  const isEnough = seat(approvers, present, benches, teams).seated === total;
  const asked = isEnough ? present : silent;
  const { kept } = seat(approvers, asked, benches, teams);
  const fillsUp = (split: readonly Bench[]): boolean => {
    const seating = seat(approvers, asked, split, teams);
    return seating.seated === total && seating.kept === kept;
  };

  return benches.map((bench, index) => {
    const able = asked.filter((person) => bench.admits.has(person));
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

const idsOf = (candidates: Electorate['candidates']): string[] => [
  ...new Set(candidates.map((candidate) => candidate.id)),
];
const placesOf = (benches: readonly Bench[]): number => benches.reduce((sum, bench) => sum + bench.places, 0);
const people = (count: number): string => (count === 1 ? '1 person' : `${count} people`);
