import { sql, type Selectable } from 'kysely';
import type { Assurance, Meaning } from '../../domain/gates/approvals/assurance.ts';
import type { Condition, VoteChoice } from '../../domain/release/release.ts';
import type { Db } from '../database/open.ts';
import type { Database } from '../database/schema.ts';

/** A person's decision as it came in. `delivery` says how far it has got on its way to the workflow (trust §1.5). */
export interface ReceivedDecision {
  id: string;
  /** `link:<jti>`, `api:<command id>`, `signal:<release>:<number>`. */
  source: string;
  attempt: number;
  requestId: string;
  releaseId: string;
  /** The workflow that it is for. */
  workflowId: string;
  person: string;
  choice: VoteChoice;
  comment?: string;
  conditions?: Condition[];
  subjectDigest: string;
  via: 'link' | 'api' | 'signal';
  /** How sure one was of the person; absent: by the link in the mail at most. */
  assurance?: Assurance;
  /** What was signed with it, at level `reauth`. */
  meaning?: Meaning;
  /** The database's clock when it was received: this counts against the deadline. */
  receivedAt: string;
  delivery: 'pending' | 'counted' | 'refused';
  refusal?: string;
}

// no join: the names of its columns are those of deliveries, too
const workflowOfDecision = sql<string>`(select workflow_id from releases where releases.id = received_decisions.release_id)`;

/** Decisions with how far each has got. */
export const received = (db: Db) =>
  db
    .selectFrom('received_decisions')
    .innerJoin('decision_deliveries', 'decision_deliveries.decision_id', 'received_decisions.id')
    .selectAll('received_decisions')
    .select(['decision_deliveries.state', 'decision_deliveries.refusal'])
    .select(workflowOfDecision.as('workflow_id'));

type DecisionRow = Selectable<Database['received_decisions']> &
  Pick<Selectable<Database['decision_deliveries']>, 'state' | 'refusal'> &
  Pick<Selectable<Database['releases']>, 'workflow_id'>;

export const decisionOf = (row: DecisionRow): ReceivedDecision => ({
  id: row.id,
  source: row.source,
  attempt: row.attempt,
  requestId: row.request_id,
  releaseId: row.release_id,
  workflowId: row.workflow_id,
  person: row.person,
  choice: row.choice,
  ...(row.comment === null ? {} : { comment: row.comment }),
  ...(row.conditions === null ? {} : { conditions: row.conditions }),
  subjectDigest: row.subject_digest,
  via: row.via,
  ...(row.assurance === null ? {} : { assurance: row.assurance }),
  ...(row.meaning === null ? {} : { meaning: row.meaning }),
  receivedAt: row.received_at.toISOString(),
  delivery: row.state,
  ...(row.refusal === null ? {} : { refusal: row.refusal }),
});

/** All decisions on a request, in the order in which they were received. */
export async function decisionsOf(db: Db, requestId: string): Promise<ReceivedDecision[]> {
  const rows = await received(db)
    .where('request_id', '=', requestId)
    .orderBy('received_at')
    .orderBy('received_decisions.id')
    .execute();
  return rows.map(decisionOf);
}
