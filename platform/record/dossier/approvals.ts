import { canonicalText } from '../../../domain/audit/canonical.ts';
import { electorateOf, excludedUnder, ruleName } from '../../../domain/gates/approvals/electorate.ts';
import { tally } from '../../../domain/gates/approvals/quorum.ts';
import { subjectDigest, subjectOf } from '../../../domain/release/subject.ts';
import { sha256 } from '../../ids.ts';
import { decisionsOf, type ApprovalRequestRow, type ReceivedDecision } from '../approvals.ts';
import type { AuditEntry } from '../entry.ts';
import { changesOf } from '../results.ts';
import { counted, sentence, type DossierSource } from './source.ts';

/** Each request: by which rules, who was asked and who was not, every vote in its own words, and what was decided on. */
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
    votes: decisions.map((decision) => voteOf(decision, source.entries)),
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

/** A decision as it came in. How we knew who decided stands in the log. */
function voteOf(decision: ReceivedDecision, entries: readonly AuditEntry[]) {
  const { id, person, choice, comment, receivedAt, via, delivery, refusal, subjectDigest } = decision;
  const entry = entries.find(
    ({ action, facts }) => action === 'decision.received' && facts?.['decisionId'] === id,
  );
  return {
    decision: id,
    ...{ person, choice, comment, receivedAt, via },
    assurance: entry?.actor.assurance,
    outcome: delivery,
    ...{ refusal, subjectDigest },
    entry: entry?.releaseSeq,
  };
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
