import type { Kysely } from 'kysely';
import type { Database } from '../../platform/database/schema.ts';
import { GantryError } from '../../platform/errors.ts';
import { receiveDecision } from '../../platform/record/approvals.ts';
import type { Activities } from '../contract.ts';
import { toDecideInput } from './read-received.ts';

/** Writes an operator's signal down as a decision that proves nothing about who sent it; only then it may count. */
export function createReceiveSignal(db: Kysely<Database>): Activities['receiveSignal'] {
  return async (input) => {
    try {
      const { decision } = await receiveDecision(db, {
        source: `signal:${input.releaseId}:${input.number}`,
        requestId: input.requestId,
        releaseId: input.releaseId,
        person: input.by,
        choice: input.choice,
        ...(input.reason ? { comment: input.reason } : {}),
        subjectDigest: input.subjectDigest,
        via: 'signal',
        actor: { id: input.by, kind: 'engine', assurance: 'engine' },
      });
      return { decision: toDecideInput(decision) };
    } catch (error) {
      if (error instanceof GantryError && !error.problem.retryable) return { refused: error.problem.detail };
      throw error;
    }
  };
}
