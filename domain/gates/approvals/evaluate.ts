import { clockText, instantText } from '../../instant-text.ts';
import { listOf } from '../../list-of.ts';
import type { ApprovalView, Vote } from '../../release/release.ts';
import type { Ask, Verdict } from '../../verdict.ts';
import { type Electorate, excludedUnder, nameOf, ruleName, standingVotes } from './electorate.ts';
import { type Tally, tally, unreachable } from './quorum.ts';

/** What the approval gate must be told. Without `approval` the request has not been opened yet. */
export interface ApprovalFacts extends Electorate {
  approval?: ApprovalView;
  /** Person who may ask again after a request has expired; id. */
  owner?: string;
  /** Nobody is asked yet: from when on they are, where that is known. */
  asks?: { from?: string };
}

const ASK_AGAIN = 'Start a new release of this version to ask again: `gantry release create`.';

/**
 * Whether the people whom the stage's rules name have agreed (semantics §4). Opens only once the request is closed as approved:
 * while the grace time runs, full seats are `waiting`.
 */
export function evaluateApprovals(facts: ApprovalFacts, now: string): Verdict {
  if (facts.rules.length === 0) return { kind: 'allowed', because: 'No approval is asked for.' };
  const count = tally({ ...facts, votes: facts.approval?.votes ?? [] });
  const closed = facts.approval && closedVerdict(facts, facts.approval, count);
  if (closed) return closed;
  const hopeless = unreachable(facts);
  if (hopeless) {
    const remedy = hopeless.includes('; away: ')
      ? `Whoever is away may end the absence (\`gantry away end\`). Else name more people or a \`backup\` in this rule of gantry.yaml, apply it, then start a new release.`
      : 'Name more people or ask for fewer in this rule of gantry.yaml, apply it, then start a new release.';
    return { kind: 'denied', because: `Nobody can complete the approval: ${hopeless}`, remedy };
  }
  if (!facts.approval && facts.asks) return notYetAsked(facts, count);
  return openVerdict(facts, count, now);
}

function closedVerdict(facts: ApprovalFacts, approval: ApprovalView, count: Tally): Verdict | undefined {
  switch (approval.state) {
    case 'open':
      return undefined;
    case 'approved':
      return { kind: 'allowed', because: `Approved by ${approversOf(facts, approval)}.` };
    case 'rejected':
      return { kind: 'denied', because: rejectedBecause(facts, count.rejection), remedy: ASK_AGAIN };
    case 'expired':
      return {
        kind: 'denied',
        because: `The approval expired ${instantText(approval.deadline)} with ${count.filled} of ${count.total} given.`,
        remedy: ASK_AGAIN,
      };
    case 'held':
      return {
        kind: 'needsPeople',
        because: `The approval expired ${instantText(approval.deadline)}; the release is held for its owner to ask again or withdraw it.`,
        who: [
          { rule: 'release owner', candidates: facts.owner === undefined ? [] : [facts.owner], seats: 1 },
        ],
      };
    case 'superseded':
      return { kind: 'waiting', because: 'What was to be approved has changed; a new request follows.' };
    case 'withdrawn':
      return { kind: 'denied', because: 'The approval request was withdrawn.', remedy: ASK_AGAIN };
  }
}

/** Somebody who is asked long before the start would answer for something else: asked is `expires` before it (docs/gates/schedule.md). */
function notYetAsked({ asks }: ApprovalFacts, count: Tally): Verdict {
  const rules = listOf([...new Set(count.who.map(({ rule }) => rule))], 'and');
  const from = asks?.from;
  return from === undefined
    ? { kind: 'waiting', because: `Asks ${rules} once it is known when it may start.` }
    : { kind: 'waiting', because: `Asks ${rules} from ${instantText(from)} on.`, until: from };
}

function openVerdict(facts: ApprovalFacts, count: Tally, now: string): Verdict {
  const { approval } = facts;
  const closesAt = approval?.closesAt;
  if (count.rejection) {
    const until =
      closesAt === undefined ? '' : ` It counts from ${clockText(closesAt)} on; until then votes may change.`;
    return { kind: 'denied', because: rejectedBecause(facts, count.rejection) + until, remedy: ASK_AGAIN };
  }
  if (count.complete) {
    return closesAt === undefined
      ? { kind: 'waiting', because: 'All approvals are given; the request is being closed.' }
      : {
          kind: 'waiting',
          because: `All approvals are given; votes may change until ${clockText(closesAt)}.`,
          until: closesAt,
        };
  }
  if (approval && Date.parse(now) >= Date.parse(approval.deadline)) {
    return {
      kind: 'waiting',
      because: `The approval’s deadline passed ${instantText(approval.deadline)}; the request is being closed.`,
    };
  }
  if (count.who.length === 0) return stalled(facts, count);
  return { kind: 'needsPeople', because: missingBecause(facts, count), who: count.who };
}

/** Fewer reject than it takes, and without them the seats cannot be filled: only they can go on. */
function stalled(facts: ApprovalFacts, count: Tally): Verdict {
  const against = [...new Set(count.rejections.map((vote) => vote.person))];
  const names = listOf(
    against.map((person) => nameOf(person, facts.candidates)),
    'or',
  );
  return {
    kind: 'needsPeople',
    because: `${count.filled} of ${count.total} given, and nobody else can fill the rest${names === '' ? '' : ` unless ${names} votes otherwise`}.`,
    who: against.length === 0 ? [] : [{ rule: 'change of vote', candidates: against, seats: 1 }],
  };
}

/** "1 of 2 given. Needs 1 of qa: Ana or Cleo. Ben may not: author." */
function missingBecause(facts: ApprovalFacts, count: Tally): string {
  const given = count.filled > 0 ? `${count.filled} of ${count.total} given. ` : '';
  const against =
    count.rejections.length > 0
      ? `${count.rejections.length} of ${facts.terms?.rejectQuorum ?? 1} rejections. `
      : '';
  const asked = facts.rules.filter((_, index) => (count.seats[index]?.candidates.length ?? 0) > 0);
  const shutOut = new Map(
    asked.flatMap((rule) => excludedUnder(rule, facts)).map((entry) => [entry.person, entry.because]),
  );
  const mayNot = [...shutOut].map(
    ([person, because]) => ` ${nameOf(person, facts.candidates)} may not: ${because}.`,
  );
  return `${given}${against}Needs ${needs(facts, count.who, count.total - count.filled)}.${mayNot.join('')}`;
}

/** Where one person could fill any of several rules' seats, the rules are alternatives; else each wants its own. */
function needs(facts: ApprovalFacts, who: readonly Ask[], missing: number): string {
  const names = (ask: Ask) =>
    listOf(
      ask.candidates.map((person) => nameOf(person, facts.candidates)),
      'or',
    );
  const wanted = who.reduce((sum, ask) => sum + ask.seats, 0);
  if (wanted > missing)
    return `${missing} more: ${listOf(
      who.map((ask) => `${names(ask)} for ${ask.rule}`),
      'or',
    )}`;
  const isByName = (ask: Ask) =>
    facts.rules.some((rule) => rule.role === undefined && ruleName(rule, facts.candidates) === ask.rule);
  return who
    .map((ask) => `${ask.seats} of ${isByName(ask) ? names(ask) : `${ask.rule}: ${names(ask)}`}`)
    .join(' and ');
}

function approversOf(facts: ApprovalFacts, approval: ApprovalView): string {
  const approvers = standingVotes(approval).filter((vote) => vote.choice === 'approve');
  return listOf(
    approvers.map((vote) => nameOf(vote.person, facts.candidates)),
    'and',
  );
}

function rejectedBecause(facts: ApprovalFacts, rejection: Vote | undefined): string {
  if (!rejection) return 'Rejected.';
  const comment = rejection.comment === undefined ? '' : `: “${rejection.comment}”`;
  return `${nameOf(rejection.person, facts.candidates)} rejected it ${clockText(rejection.at)}${comment}.`;
}
