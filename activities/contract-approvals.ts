import type { Nudge } from '../domain/gates/approvals/ladder.ts';
import type { StandIns } from '../domain/gates/approvals/stand-ins.ts';
import type { StagePlan } from '../domain/release/plan.ts';
import type { DecideInput } from '../workflows/contract.ts';

/** Requests for approval: who is asked, and what they have decided. Reads: repeat at will; and one row, once for each signal. */
export interface ApprovalActivities {
  readReceived(input: { requestId: string; known: string[] }): Promise<{ decisions: DecideInput[] }>;
  /** Who is away while a request is open, until when it is, and when people are reminded of it. */
  prepareRequest(input: RequestToPrepare): Promise<RequestPreparation>;
  /** Writes an operator's approve or reject signal down as an unauthenticated decision, before it is counted. */
  receiveSignal(input: ReceiveSignalInput): Promise<{ decision: DecideInput } | { refused: string }>;
}

/** A request that is about to be opened, or to be given more time: `spanMs` from `openedAt` on, by the given clock. */
export interface RequestToPrepare {
  policyDigest: string;
  stage: Pick<StagePlan, 'rules' | 'candidates' | 'excluded'>;
  clock: NonNullable<StagePlan['asking']>['clock'];
  openedAt: string;
  spanMs: number;
  /** It was open before, and its backup groups may vote from the beginning. */
  isEscalated: boolean;
}

export interface RequestPreparation {
  deadline: string;
  standIns: StandIns;
  nudges: Nudge[];
}

export interface ReceiveSignalInput {
  requestId: string;
  releaseId: string;
  stage: string;
  subjectDigest: string;
  by: string;
  reason: string;
  choice: 'approve' | 'reject';
  /** Position of the signal among those this release has received: the key of the row. */
  number: number;
  at: string;
}

export interface OpenApprovalInput {
  /** The request in whose place it comes. */
  previous?: string;
  requestId: string;
  releaseId: string;
  title: string;
  stage: StagePlan;
  intent: string;
  openedAt: string;
  deadline: string;
}

export interface RenewedApproval {
  requestId: string;
  deadline: string;
  stage: StagePlan;
}

export interface ClosedApproval {
  requestId: string;
  /** What it was; left out: open. */
  from?: 'approved';
  state: string;
  at: string;
  because: string;
}

/** Somebody broke the glass: another person is to look at it by `dueAt`. */
export interface GlassReviewInput {
  id: string;
  releaseId: string;
  title: string;
  services: string[];
  environment: string;
  brokenBy: string[];
  reason: string;
  incident: string;
  brokenAt: string;
  dueAt: string;
}
