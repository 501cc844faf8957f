import type { Kysely } from 'kysely';
import type { Database } from '../../platform/database/schema.ts';
import { decisionsOf, type ReceivedDecision } from '../../platform/record/approvals.ts';
import type { DecideInput } from '../../workflows/contract.ts';
import type { Activities } from '../contract.ts';

/** A row of the record as the workflow counts it. */
export const toDecideInput = (decision: ReceivedDecision): DecideInput => ({
  decisionId: decision.id,
  requestId: decision.requestId,
  person: decision.person,
  choice: decision.choice,
  ...(decision.comment ? { comment: decision.comment } : {}),
  ...(decision.conditions === undefined ? {} : { conditions: decision.conditions }),
  subjectDigest: decision.subjectDigest,
  receivedAt: decision.receivedAt,
  via: decision.via,
  ...(decision.assurance ? { assurance: decision.assurance } : {}),
});

/** Decisions that were received for a request and have not been counted yet: read once before it expires. */
export function createReadReceived(db: Kysely<Database>): Activities['readReceived'] {
  return async ({ requestId, known }) => {
    const decisions = await decisionsOf(db, requestId);
    const waiting = decisions.filter(
      (decision) => decision.delivery !== 'refused' && !known.includes(decision.id),
    );
    return { decisions: newestOfEach(waiting).map(toDecideInput) };
  };
}

/** A person's last decision; earlier ones were replaced by it. Rows come oldest first. */
function newestOfEach(decisions: readonly ReceivedDecision[]): ReceivedDecision[] {
  return [...new Map(decisions.map((decision) => [decision.person, decision])).values()];
}
