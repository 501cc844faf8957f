import type { Kysely } from 'kysely';
import { tally } from '../../../domain/gates/approvals/quorum.ts';
import { nameAmong } from '../../../domain/release/names.ts';
import type { Vote } from '../../../domain/release/release.ts';
import type { Database } from '../../../platform/database/schema.ts';
import { decisionsOf, requestById, type ReceivedDecision } from '../../../platform/record/approvals.ts';
import type { DoorAnswer, DoorInput } from '../../contract.ts';
import { standingInLog, type LoggedDecision } from '../standing-in-log.ts';

export async function whyApprovalsShut(
  db: Kysely<Database>,
  input: DoorInput,
): Promise<Pick<DoorAnswer, 'kind' | 'because'> | undefined> {
  const shut = (because: string) => ({ kind: 'shut', because }) as const;
  if (input.rules.length === 0) return undefined;
  if (!input.requestId) return shut('the record has no approval request of this release.');
  const [request, standing, decisions] = await Promise.all([
    requestById(db, input.requestId),
    standingInLog(db, input.releaseId, input.requestId),
    decisionsOf(db, input.requestId),
  ]);
  if (request?.releaseId !== input.releaseId)
    return shut('the record has no approval request of this release.');
  if (request.subjectDigest !== input.subjectDigest)
    return shut('the approval in the record is about something else.');
  const unseen = unseenOf(decisions, input);
  if (unseen)
    return {
      kind: 'unsettled',
      because: `a decision of ${nameAmong(input.candidates, unseen.person)} was received and is on its way.`,
    };
  const votes = decisions
    .filter((decision) => decision.delivery !== 'refused' && decision.subjectDigest === input.subjectDigest)
    .filter((decision) => isSame(standing.get(decision.id), decision))
    .map(voteOf);
  const because = whyNotComplete(input, votes);
  return because === undefined ? undefined : shut(because);
}

const voteOf = (decision: ReceivedDecision): Vote => ({
  person: decision.person,
  choice: decision.choice,
  at: decision.receivedAt,
  via: decision.via,
  ...(decision.assurance ? { assurance: decision.assurance } : {}),
  decisionId: decision.id,
});

function whyNotComplete(
  { rules, candidates, excluded, terms, standIns }: DoorInput,
  votes: readonly Vote[],
): string | undefined {
  const counted = tally({
    rules,
    candidates,
    excluded,
    votes,
    ...(terms ? { terms } : {}),
    ...(standIns ? { standIns } : {}),
  });
  if (counted.rejection)
    return `the record holds a rejection by ${nameAmong(candidates, counted.rejection.person)}.`;
  return counted.complete
    ? undefined
    : `the record holds ${counted.filled} of ${counted.total} approvals that are needed.`;
}

/**
 * A decision that came while the request was being closed: the workflow is about to refuse it as too late, and whoever sent it is
 * told so. To judge by it now would be to let it count after all.
 */
const unseenOf = (
  decisions: readonly ReceivedDecision[],
  { votes }: DoorInput,
): ReceivedDecision | undefined =>
  votes && decisions.find(({ id, delivery }) => delivery === 'pending' && !votes.includes(id));

/** A row counts only beside the chained entry that was written with it. */
const isSame = (logged: LoggedDecision | undefined, row: ReceivedDecision): boolean =>
  logged?.person === row.person &&
  logged.choice === row.choice &&
  logged.subjectDigest === row.subjectDigest &&
  logged.assurance === row.assurance;
