import type { Kysely } from 'kysely';
import { tally } from '../../domain/gates/approvals/quorum.ts';
import type { EventAction } from '../../domain/release/events.ts';
import type { Vote } from '../../domain/release/release.ts';
import type { Database } from '../../platform/database/schema.ts';
import { decisionsOf, requestById } from '../../platform/record/approvals.ts';
import { readCheckResult } from '../../platform/record/results.ts';
import type { Activities, DoorInput } from '../contract.ts';

/**
 * The deploy door (trust §1.5.7): reads checks and decisions again from the record and judges them with the same functions as
 * the workflow. So neither a raw message to the engine nor a row slipped into the database deploys anything alone.
 */
export function createCheckDoor(db: Kysely<Database>): Activities['checkDoor'] {
  return async (input) => {
    const shut = (await whyChecksShut(db, input)) ?? (await whyApprovalsShut(db, input));
    return shut === undefined
      ? { open: true, because: `Record and workflow agree on ${input.environment}.` }
      : { open: false, because: shut };
  };
}

async function whyChecksShut(db: Kysely<Database>, input: DoorInput): Promise<string | undefined> {
  for (const check of input.checks.filter((candidate) => candidate.required)) {
    const result = check.resultId ? await readCheckResult(db, check.resultId) : undefined;
    if (result?.releaseId !== input.releaseId || result.outcome !== 'passed') {
      return `the record has no passed result of check ${check.check} for ${check.service}.`;
    }
  }
  return undefined;
}

async function whyApprovalsShut(db: Kysely<Database>, input: DoorInput): Promise<string | undefined> {
  if (input.rules.length === 0) return undefined;
  const request = input.requestId ? await requestById(db, input.requestId) : undefined;
  if (request?.releaseId !== input.releaseId) return 'the record has no approval request of this release.';
  if (request.subjectDigest !== input.subjectDigest)
    return 'the approval in the record is about something else.';
  const decisions = await decisionsOf(db, request.id);
  const withdrawn = await withdrawnDecisions(db, input.releaseId);
  const votes = decisions
    .filter(
      (decision) =>
        decision.delivery !== 'refused' &&
        !withdrawn.has(decision.id) &&
        decision.subjectDigest === input.subjectDigest,
    )
    .map((decision): Vote => ({
      person: decision.person,
      choice: decision.choice,
      at: decision.receivedAt,
      via: decision.via,
      decisionId: decision.id,
    }));
  const counted = tally({
    rules: input.rules,
    candidates: input.candidates,
    excluded: input.excluded,
    votes,
  });
  if (counted.rejection) return `the record holds a rejection by ${counted.rejection.person}.`;
  if (!counted.complete)
    return `the record holds ${counted.filled} of ${counted.total} approvals that are needed.`;
  return undefined;
}

/** Decisions that their authors took back, by the log. */
async function withdrawnDecisions(db: Kysely<Database>, releaseId: string): Promise<ReadonlySet<string>> {
  const rows = await db
    .selectFrom('audit_entries')
    .select('body')
    .where('release_id', '=', releaseId)
    .where('action', '=', 'decision.withdrawn' satisfies EventAction)
    .execute();
  return new Set(
    rows.flatMap((row) => (JSON.parse(row.body) as { facts?: { decision?: string } }).facts?.decision ?? []),
  );
}
