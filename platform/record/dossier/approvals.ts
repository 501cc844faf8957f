import { canonicalText } from '../../../domain/audit/canonical.ts';
import { askedLevel } from '../../../domain/gates/approvals/asked-level.ts';
import { capacityOf, type Capacity } from '../../../domain/gates/approvals/capacity.ts';
import { electorateOf, excludedUnder, ruleName } from '../../../domain/gates/approvals/electorate.ts';
import { tally } from '../../../domain/gates/approvals/quorum.ts';
import type { Condition, TaskView } from '../../../domain/release/release.ts';
import { subjectDigest, subjectOf } from '../../../domain/release/subject.ts';
import { sha256 } from '../../ids.ts';
import { decisionsOf, type ApprovalRequestRow, type ReceivedDecision } from '../approvals.ts';
import type { AuditEntry } from '../entry.ts';
import { changesOf } from '../results.ts';
import { counted, sentence, type DossierSource } from './source.ts';

/**
 * Each request: by which rules, who was asked and who was not, who stood in for whom, every vote in its own words with the right and
 * the conditions that it was given under, and what was decided on.
 */
export async function approvalsSection(source: DossierSource) {
  const commits = await commitsOf(source);
  const requests: Awaited<ReturnType<typeof requestOf>>[] = [];
  for (const request of source.requests) requests.push(await requestOf(source, request, commits));
  const votes = requests.flatMap((request) => request.votes).length;
  const states = requests.map(({ stage, state }) => `${stage} ${state}`).join(', ');
  return {
    summary:
      requests.length === 0
        ? 'Nobody was asked for approval.'
        : sentence(`${counted(requests.length, 'request')} with ${counted(votes, 'vote')}: ${states}.`),
    requests,
  };
}

async function requestOf(source: DossierSource, request: ApprovalRequestRow, commits: readonly string[]) {
  const { plan } = request;
  const electorate = electorateOf(plan);
  const decisions = await decisionsOf(source.db, request.id);
  const barred = new Map(
    plan.rules.flatMap((rule) => excludedUnder(rule, electorate)).map((entry) => [entry.person, entry]),
  );
  const subject = subjectOf(plan, commits);
  return {
    id: request.id,
    stage: request.stage,
    openedAt: request.openedAt,
    deadline: request.deadline,
    state: request.state,
    closedAt: request.closedAt,
    closedBecause: request.closedBecause,
    /** How it behaves: times in milliseconds, what silence means, and how sure one must be of who votes. */
    settings: plan.approval,
    rules: plan.rules.map((rule) => ({ name: ruleName(rule, plan.candidates), ...rule })),
    asked: [...new Set(tally({ ...electorate, votes: [] }).who.flatMap((ask) => ask.candidates))].sort(),
    excluded: [...barred.values()],
    standIns: standInsOf(plan),
    votes: decisions.map((decision) => voteOf(decision, plan, source)),
    withdrawals: withdrawalsOf(source.entries, request.id),
    subject: {
      digest: request.subjectDigest,
      /** Whether the parts below give that digest: SHA-256 over their canonical JSON. */
      recomputed: subjectDigest(subject, sha256) === request.subjectDigest,
      canonicalBytes: Buffer.byteLength(canonicalText(subject)),
      parts: subject,
    },
  };
}

/** Who was away while the request was open, since when and until when, and who could vote in whose place. */
const standInsOf = ({ standIns, rules, candidates }: ApprovalRequestRow['plan']) => ({
  away: (standIns?.away ?? []).map(({ person, from, until, delegate, isBack }) => ({
    ...{ person, from, until, delegate },
    isBack: isBack === true,
  })),
  /** Rules whose backup group could vote as well. */
  backups: (standIns?.backups ?? []).flatMap((index) => {
    const rule = rules[index];
    return rule ? [ruleName(rule, candidates)] : [];
  }),
});

/** In whose place is left out for whoever may not know who was away. */
type ToldCapacity = Omit<Capacity, 'insteadOf'> & {
  insteadOf: (Pick<Capacity['insteadOf'][number], 'rules'> & Partial<Capacity['insteadOf'][number]>)[];
};

/** A decision as it came in, and by which right. How we knew who decided stands in the log. */
function voteOf(
  decision: ReceivedDecision,
  plan: ApprovalRequestRow['plan'],
  { entries, view }: Pick<DossierSource, 'entries' | 'view'>,
) {
  const { id, person, choice, comment, receivedAt, via, delivery, refusal, subjectDigest } = decision;
  const entry = entries.find(
    ({ action, facts }) => action === 'decision.received' && facts?.['decisionId'] === id,
  );
  return {
    decision: id,
    ...{ person, choice, comment, receivedAt, via },
    capacity: capacityOf(plan, person, receivedAt) as ToldCapacity,
    /** How sure one was of who it is, and how sure one had to be. */
    assurance: decision.assurance ?? entry?.actor.assurance,
    assuranceAsked: askedLevel(plan, person),
    meaning: decision.meaning,
    conditions: (decision.conditions ?? []).map((condition) => ({
      ...condition,
      task: taskOf(condition, person, view.tasks ?? []),
    })),
    outcome: delivery,
    ...{ refusal, subjectDigest },
    entry: entry?.releaseSeq,
  };
}

/** The work that a condition became once the approval was given; absent where it never was. */
function taskOf(condition: Condition, askedBy: string, tasks: readonly TaskView[]) {
  const task = tasks.find(
    (one) =>
      one.askedBy === askedBy &&
      one.title === condition.title &&
      one.owner === condition.owner &&
      one.before === condition.before,
  );
  return task && { id: task.id, state: task.state, by: task.by, at: task.at, reason: task.reason };
}

const withdrawalsOf = (entries: readonly AuditEntry[], request: string) =>
  entries
    .filter(({ action, facts }) => action === 'decision.withdrawn' && facts?.['request'] === request)
    .map(({ at, sentence: said, releaseSeq, facts }) => ({
      ...{ at, sentence: said, entry: releaseSeq },
      person: facts?.['person'],
    }));

/** In the order in which the plan lists the components, which the digest was made in. */
async function commitsOf({ db, view, order }: DossierSource): Promise<string[]> {
  const lists = new Map((await changesOf(db, view.id)).map(({ service, changes }) => [service, changes]));
  return (order?.components ?? view.components).flatMap(({ service }) =>
    (lists.get(service) ?? []).map(({ commit }) => commit),
  );
}
