import type { Schedule } from '../domain/calendar/model.ts';
import type { QuarantineNews } from '../domain/gates/quarantine/evaluate.ts';
import type {
  Actor,
  Condition,
  PlannedMilestone,
  ReleaseView,
  TaskState,
  Vote,
  VoteChoice,
} from '../domain/release/release.ts';
import type { Intent } from '../domain/release/state.ts';

/** Everything that others may know of our workflows: names, ids, inputs and messages. Shared with api/ and activities' clients. */
export const taskQueue = 'gantry';
export const releaseWorkflow = 'release';
export const environmentWorkflow = 'environment';

export { releaseWorkflowId } from '../domain/release/workflow-id.ts';

export const environmentWorkflowId = (environment: string): string => `environment/${environment}`;

/** Names of our search attributes; all are keywords. */
export const searchAttributes = {
  service: 'GantryService',
  environment: 'GantryEnvironment',
  phase: 'GantryPhase',
  risk: 'GantryRisk',
  outcome: 'GantryOutcome',
} as const;

// Messages. Updates: a person waits for the answer; updateId makes a second click harmless.
export const decideUpdate = 'decide';
export const withdrawUpdate = 'withdraw';
export const pauseUpdate = 'pause';
export const resumeUpdate = 'resume';
export const abortUpdate = 'abort';
export const rollBackUpdate = 'rollBack';
export const recoverUpdate = 'recover';
export const retryCheckUpdate = 'retryCheck';
export const rescheduleUpdate = 'reschedule';
export const milestonesUpdate = 'setMilestones';
export const proceedUpdate = 'proceed';
export const dropDependencyUpdate = 'dropDependency';
export const amendUpdate = 'amend';
export const breakGlassUpdate = 'breakGlass';
export const moveTaskUpdate = 'moveTask';
export const postponeUpdate = 'postpone';
export const liftPostponementUpdate = 'liftPostponement';
export const waiveUpdate = 'waive';
export const advanceUpdate = 'advance';
// Signals: nobody waits. For operators in the Temporal UI, `{by, reason}` each.
export const operatorSignals = [
  'approve',
  'reject',
  'pause',
  'resume',
  'rollBack',
  'abort',
  'advance',
] as const;
export type OperatorSignal = (typeof operatorSignals)[number];
export interface OperatorMessage {
  by: string;
  reason: string;
}
/** Sent by the relay to everything that a change of the calendar concerns. */
export const calendarChangedSignal = 'calendarChanged';
export interface CalendarChangedMessage {
  /** A wake comes at least once: an id that was seen before is ignored. */
  wakeId: string;
  /** Revision of the calendar as a whole that the change made. */
  revision: number;
  /** What changed, for the timeline. */
  sentence: string;
}
/** Sent by a release to the ones whose place it takes. */
export const supersededSignal = 'superseded';
export interface SupersededMessage {
  releaseId: string;
  title: string;
  by: string;
}
/** Sent by the relay to releases of a service of which a build is quarantined or let out. */
export const quarantineChangedSignal = 'quarantineChanged';
export interface QuarantineChangedMessage extends QuarantineNews {
  /** What changed, for the timeline. */
  sentence: string;
}
// Query: the whole state.
export const stateQuery = 'state';
// Query: how much of it the record was told.
export const toldQuery = 'told';
export interface ToldAnswer {
  releaseId: string;
  /** Entries that the record has, or is being given. */
  entries: number;
  /** When the newest entry happened. */
  toldAt: string;
  hasEnded: boolean;
}

/** What comes with every command: who, why, and the HTTP request that brought it. */
export interface Command {
  by: Actor;
  reason?: string;
  requestId?: string;
  /** Business key: the same id is applied once, also over continue-as-new. */
  commandId: string;
}

/** A received decision on its way to being counted (trust §1.5). */
export interface DecideInput {
  decisionId: string;
  requestId: string;
  person: string;
  choice: VoteChoice;
  comment?: string;
  conditions?: Condition[];
  subjectDigest: string;
  /** Database clock of the transaction that received it. */
  receivedAt: string;
  via: Vote['via'];
  assurance?: Vote['assurance'];
}

export interface DecideAnswer {
  /** The choice on record for this person: compare it with the one sent. */
  choice: VoteChoice;
  approvalState: string;
  filled: number;
  seats: number;
  closesAt?: string;
  headline: string;
  seq: number;
}

export interface WithdrawInput {
  requestId: string;
  person: string;
  commandId: string;
}

/** Answer of the commands: the state after it, so that the caller reads its own write. */
export interface CommandAnswer {
  state: ReleaseView['state'];
  headline: string;
  seq: number;
  /** What whoever asked should know beside it. */
  note?: string;
}

export interface AbortInput extends Command {
  /** Leave what has been deployed as it is; needs a reason. */
  leave?: boolean;
}

export interface RecoverInput extends Command {
  /** Component whose undo failed; left out: all of them. */
  service?: string;
  how: 'retry' | 'doneByHand' | 'leave';
}

export interface RetryCheckInput extends Command {
  /** Left out: all that have not passed. */
  check?: string;
}

/** Lets a failed check count as passed until `expiresAt`, at most 7 days ahead. */
export interface WaiveInput extends Command {
  check: string;
  /** Left out: every component of which the check has failed. */
  service?: string;
  reason: string;
  expiresAt: string;
}

/** Skips the pause of a rollout. */
export interface AdvanceInput extends Command {
  /** On to all traffic or targets at once; left out: to the next step. */
  to?: 100;
  /** Only this component; left out: all that pause. */
  service?: string;
}

/** When it is to start from now on; nothing in it: as soon as it may. */
export interface RescheduleInput extends Command {
  schedule: Schedule;
}

/** Waits until then, whatever its gates say; counts for no vote. */
export interface PostponeInput extends Command {
  until: string;
}

/** Changes what is still to come; what is left out stays. */
export interface AmendInput extends Command {
  notes?: string;
  schedule?: Schedule;
  /** Digest of the policy that it is to follow from now on. */
  policyDigest?: string;
}

/** Starts the stage that it is in past its gates, with a reason, for an incident. */
export interface BreakGlassInput extends Command {
  incident: string;
}

/** Brings a task into another state: accepted, done, blocked or cancelled. */
export interface MoveTaskInput extends Command {
  task: string;
  to: Exclude<TaskState, 'open'>;
}

/** Dates of milestones from now on; those that are left out stay. */
export interface MilestonesInput extends Command {
  milestones: PlannedMilestone[];
}

/** Waits no longer for the dependency of this number in the order's list, from 1. */
export interface DropDependencyInput extends Command {
  number: number;
}

/** Request for an environment's locks. `classRank` 0 rollback, 1 hotfix, 2 planned and config, 3 auto (semantics §2). */
export interface LockRequest {
  owner: string;
  releaseId: string;
  title: string;
  keys: string[];
  classRank: number;
  requestedAt: string;
  /** Given where the environment's queue takes the newest only: what the release brings. */
  brings?: { intent: Intent; components: { service: string; version: string }[] };
}

/** Tells a release that waits that a newer one has taken its place. */
export const outrunSignal = 'outrun';
export interface OutrunMessage {
  environment: string;
  because: string;
}

export interface LockHolder extends LockRequest {
  /** Fencing number: rises with every grant of this environment. */
  fence: number;
  since: string;
}

/** Answer to a request: 0 where it is granted at once, with the grant; else the grant comes as a signal. */
export interface LockPlace {
  position: number;
  grant?: LockGrant;
  /** The environment after it, to be written by whoever asked: the entity writes what nobody else will. Not from version 1. */
  after?: Pick<EnvironmentState, 'environment' | 'holders' | 'queue' | 'revision'>;
  holder?: { title: string; since: string };
  /** Fence of the environment's last grant, where it must be waited for: a grant up to it was meant for an earlier request. */
  lastFence?: number;
}

/**
 * Sees to it that those who wait get their turn; where the record keeps the locks. It runs for as long as somebody waits, with the
 * id and the type of the entity that kept them before.
 */
export interface EnvironmentQueue {
  environment: string;
  version: 3;
  /** Grants whose owners were told, as `owner#fence`. */
  told?: string[];
}

export interface EnvironmentState {
  environment: string;
  /** Which way the entity goes where ways differ (docs/adr/0011); absent: the first. */
  version?: 2;
  holders: LockHolder[];
  queue: LockRequest[];
  fence: number;
  /** Rises with every change, also over continue-as-new: an older row never replaces a newer one. */
  revision: number;
}

export const enqueueUpdate = 'enqueue';
export const freeSignal = 'free';
/** Somebody waits, or has left: whoever keeps the queue looks again. */
export const queueChangedSignal = 'queueChanged';
/** Ends an entity that keeps nothing, so that the record can. */
export const retireUpdate = 'retire';
export const grantedSignal = 'lockGranted';
export const environmentQuery = 'environmentState';

export interface LockGrant {
  environment: string;
  fence: number;
  /** The record keeps the lock: the grant counts only where it is still asked for. */
  keptBy?: 'record';
}
