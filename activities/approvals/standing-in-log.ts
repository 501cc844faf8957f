import type { Kysely } from 'kysely';
import type { Assurance } from '../../domain/gates/approvals/assurance.ts';
import type { EventAction } from '../../domain/release/events.ts';
import type { VoteChoice } from '../../domain/release/release.ts';
import type { Database } from '../../platform/database/schema.ts';

/** A decision as the chained log holds it. */
export interface LoggedDecision {
  decisionId: string;
  person: string;
  choice: VoteChoice;
  subjectDigest: string;
  assurance?: Assurance;
}

interface Entry {
  action: string;
  facts?: Facts;
}

type Facts = Partial<LoggedDecision> & { request?: string };

const actions: EventAction[] = ['decision.received', 'withdrawal.received', 'decision.withdrawn'];

/**
 * Decisions that stand by the log alone, by id. A withdrawal takes back all that this person has decided on the request so
 * far, but only where the API received it from that person before: a message to the engine alone takes nothing back.
 */
export async function standingInLog(
  db: Kysely<Database>,
  releaseId: string,
  requestId: string,
): Promise<ReadonlyMap<string, LoggedDecision>> {
  const rows = await db
    .selectFrom('audit_entries')
    .select('body')
    .where('release_id', '=', releaseId)
    .where('action', 'in', actions)
    .orderBy('seq')
    .execute();
  const standing = new Map<string, LoggedDecision>();
  const asked = new Set<string>();
  for (const { action, facts } of rows.map((row) => JSON.parse(row.body) as Entry)) {
    if (isDecision(action, facts)) standing.set(facts.decisionId, facts);
    if (facts?.request !== requestId || facts.person === undefined) continue;
    if (action === 'withdrawal.received') asked.add(facts.person);
    if (action === 'decision.withdrawn' && asked.delete(facts.person)) takeBack(standing, facts.person);
  }
  return standing;
}

const isDecision = (action: string, facts: Facts | undefined): facts is LoggedDecision & Facts =>
  action === 'decision.received' && facts?.decisionId !== undefined;

function takeBack(standing: Map<string, LoggedDecision>, person: string): void {
  for (const [id, decision] of standing) if (decision.person === person) standing.delete(id);
}
