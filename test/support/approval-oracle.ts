/**
 * What an approval request comes to, by trying everything: every way in which each person takes one seat or none. Slow, and written
 * from semantics §4 alone; it shares no code with the rules that it judges, and knows nothing of matchings or flows.
 */
export interface OracleRule {
  people: readonly string[];
  backup: readonly string[];
  atLeast: number;
  /** Reasons that bar from this rule. */
  not: readonly string[];
  /** 0 the weakest. */
  level: number;
}

export interface OracleVote {
  person: string;
  choice: 'approve' | 'reject';
  /** Minutes since the request was opened. */
  minute: number;
  level: number;
  subject: string;
}

export interface OracleRequest {
  people: readonly string[];
  rules: readonly OracleRule[];
  barred: readonly { person: string; reason: string }[];
  teams: Readonly<Record<string, string>>;
  sameTeamAtMost: number;
  rejectQuorum: number;
  graceMinutes: number;
  deadline: number;
  /** Rules whose backup group may vote. */
  openBackups: readonly number[];
  /** Absent from before the request was opened until that minute. */
  away: readonly { person: string; delegate?: string; until: number }[];
  subject: string;
}

type Known = Pick<OracleVote, 'person' | 'minute' | 'level'> & { choice?: OracleVote['choice'] };

const isBarred = (request: OracleRequest, rule: OracleRule, person: string): boolean =>
  request.barred.some((entry) => entry.person === person && rule.not.includes(entry.reason));

/** Whether the person may sit under the rule, given who else has voted. */
function maySit(request: OracleRequest, index: number, vote: Known, voters: ReadonlySet<string>): boolean {
  const rule = request.rules[index];
  if (!rule || vote.level < rule.level || isBarred(request, rule, vote.person)) return false;
  if (rule.people.includes(vote.person)) return true;
  if (!rule.backup.includes(vote.person)) return false;
  if (request.openBackups.includes(index)) return true;
  return request.away.some(
    ({ person, delegate, until }) =>
      delegate === vote.person &&
      !voters.has(person) &&
      vote.minute < until &&
      rule.people.includes(person) &&
      !isBarred(request, rule, person),
  );
}

/** Every way to seat these people, as bench by person; only those that seat at least so many. */
function everySeating(
  request: OracleRequest,
  people: readonly Known[],
  voters: ReadonlySet<string>,
  least = 0,
) {
  const found: Map<string, number>[] = [];
  const seats = request.rules.map((rule) => rule.atLeast);
  const inTeam: Record<string, number> = {};
  const sitting = new Map<string, number>();
  const choices = people.map((vote) =>
    request.rules.flatMap((_, index) => (maySit(request, index, vote, voters) ? [index] : [])),
  );
  const go = (next: number): void => {
    if (sitting.size + people.length - next < least) return;
    const vote = people[next];
    if (!vote) {
      found.push(new Map(sitting));
      return;
    }
    go(next + 1);
    const team = request.teams[vote.person];
    if (team !== undefined && (inTeam[team] ?? 0) >= request.sameTeamAtMost) return;
    for (const index of choices[next] ?? []) {
      if ((seats[index] ?? 0) === 0) continue;
      seats[index] = (seats[index] ?? 0) - 1;
      if (team !== undefined) inTeam[team] = (inTeam[team] ?? 0) + 1;
      sitting.set(vote.person, index);
      go(next + 1);
      sitting.delete(vote.person);
      seats[index] = (seats[index] ?? 0) + 1;
      if (team !== undefined) inTeam[team] = (inTeam[team] ?? 0) - 1;
    }
  };
  go(0);
  return found;
}

export interface OracleTally {
  filled: number;
  total: number;
  rejected: boolean;
  /** For each rule, who could still sit in it, and how many at once. */
  asks: { candidates: string[]; seats: number }[];
}

function lastVotes(votes: readonly OracleVote[]): OracleVote[] {
  const last = new Map<string, OracleVote>();
  for (const vote of votes) {
    const earlier = last.get(vote.person);
    if (!earlier || vote.minute >= earlier.minute) last.set(vote.person, vote);
  }
  return [...last.values()];
}

const countsAsVoter = (request: OracleRequest, vote: OracleVote, voters: ReadonlySet<string>): boolean =>
  request.rules.some((_, index) => maySit(request, index, vote, voters));

export function oracleTally(request: OracleRequest, votes: readonly OracleVote[]): OracleTally {
  const last = lastVotes(votes);
  const voters = new Set(last.map(({ person }) => person));
  const total = request.rules.reduce((sum, rule) => sum + rule.atLeast, 0);
  const approvers = last.filter(
    ({ choice, person }) => choice === 'approve' && request.people.includes(person),
  );
  const filled = Math.max(...everySeating(request, approvers, voters).map((seating) => seating.size));
  const rejections = last.filter(
    (vote) =>
      vote.choice === 'reject' &&
      request.people.includes(vote.person) &&
      countsAsVoter(request, vote, voters),
  );
  const rejected = rejections.length >= request.rejectQuorum;
  const silent = request.people.filter((person) => !voters.has(person));
  const expected = (people: readonly string[]): Known[] =>
    people.map((person) => ({ person, minute: -1, level: 9 }));
  const present = silent.filter((person) => !request.away.some((absence) => absence.person === person));
  const complete = (people: readonly string[]) =>
    everySeating(request, [...approvers, ...expected(people)], voters, total);
  const withoutAbsent = complete(present);
  const asked = withoutAbsent.length > 0 ? present : silent;
  const fillings = withoutAbsent.length > 0 ? withoutAbsent : complete(silent);
  const keeps = (seating: ReadonlyMap<string, number>) =>
    approvers.filter(({ person }) => seating.has(person)).length;
  const most = Math.max(0, ...fillings.map(keeps));
  const best = fillings.filter((seating) => keeps(seating) === most);
  const newcomers = (seating: ReadonlyMap<string, number>, index: number) =>
    asked.filter((person) => seating.get(person) === index);
  const asks = request.rules.map((_, index) => ({
    candidates: asked.filter((person) => best.some((seating) => newcomers(seating, index).includes(person))),
    seats: Math.max(0, ...best.map((seating) => newcomers(seating, index).length)),
  }));
  return { filled, total, rejected, asks };
}

/** Whether anybody's votes could fill all seats, with every backup group and without those who are away to the end. */
export function oracleReachable(request: OracleRequest): boolean {
  const people = request.people.filter(
    (person) =>
      !request.away.some((absence) => absence.person === person && absence.until >= request.deadline),
  );
  const widest = { ...request, openBackups: request.rules.map((_, index) => index) };
  const total = request.rules.reduce((sum, rule) => sum + rule.atLeast, 0);
  const everybody = people.map((person) => ({ person, minute: -1, level: 9 }));
  return everySeating(widest, everybody, new Set(), total).length > 0;
}

/** What the request is at a minute: minute by minute, each vote against what had happened until then. */
export function oracleState(
  request: OracleRequest,
  votes: readonly OracleVote[],
  now: number,
): 'open' | 'inGrace' | 'approved' | 'rejected' | 'expired' {
  let counted: OracleVote[] = [];
  let outcome: 'approved' | 'rejected' | undefined;
  let decidedAt = 0;
  for (let minute = 0; minute <= now; minute += 1) {
    const isClosing =
      outcome !== undefined && minute >= Math.min(decidedAt + request.graceMinutes, request.deadline);
    if (isClosing && outcome) return outcome;
    if (minute >= request.deadline) return 'expired';
    for (const vote of votes) {
      if (vote.minute !== minute || vote.subject !== request.subject || !request.people.includes(vote.person))
        continue;
      const others = new Set(lastVotes(counted).map(({ person }) => person));
      others.delete(vote.person);
      if (!countsAsVoter(request, vote, others)) continue;
      counted = [...counted, vote];
      const tally = oracleTally(request, counted);
      const next = tally.rejected ? 'rejected' : tally.filled === tally.total ? 'approved' : undefined;
      if (next !== outcome) decidedAt = minute;
      outcome = next;
      if (outcome && request.graceMinutes === 0) return outcome;
    }
  }
  return outcome ? 'inGrace' : 'open';
}
