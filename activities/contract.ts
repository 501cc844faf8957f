import type { AwaitSourcesInput, SourcesAnswer } from './contract-analysis.ts';
import type { ActionClass, CalendarAnswer, Dependency, Proceed, Schedule } from '../domain/calendar/model.ts';
import type { Nudge } from '../domain/gates/approvals/ladder.ts';
import type { StandIns } from '../domain/gates/approvals/stand-ins.ts';
import type { Electorate } from '../domain/gates/approvals/electorate.ts';
import type { RunnableCheck } from '../domain/policy/check.schema.ts';
import type { Deployer } from '../domain/policy/deployer.schema.ts';
import type { Metric } from '../domain/policy/metric.schema.ts';
import type { Artifact } from '../domain/release/artifact.ts';
import type { OperationAction } from '../domain/rollout/undo.ts';
import type { NewEvent } from '../domain/release/events.ts';
import type { GateSettings } from '../domain/gates/settings.ts';
import type { StandingFacts } from '../domain/gates/standing.ts';
import type { Quarantine } from '../domain/gates/quarantine/evaluate.ts';
import type { Regression } from '../domain/watch/regression.ts';
import type { Waiver } from '../domain/gates/waiver/evaluate.ts';
import type { PlannedComponent, ReleasePlan, StagePlan } from '../domain/release/plan.ts';
import type {
  Actor,
  CheckOutcome,
  Component,
  MetricView,
  ReleaseOrder,
  ReleaseView,
} from '../domain/release/release.ts';
import type { RiskSnapshot } from '../domain/risk/snapshot.ts';
import type { Boarded, LeftBehind } from '../domain/trains/model.ts';
import type { DecideInput } from '../workflows/contract.ts';
import type { LockActivities } from './contract-locks.ts';
import type { RunnerDesk } from './contract-runner.ts';
import type { TaskActivities } from './contract-tasks.ts';
import type { WatchActivities } from './contract-watch.ts';

/** Everything the workflows ask of the world. Arguments and results are one JSON-safe object each; instants are RFC 3339. */
export interface Activities extends WatchActivities, RunnerDesk, TaskActivities, LockActivities {
  // reads: repeat at will
  planRelease(order: ReleaseOrder): Promise<ReleasePlan>;
  readReceived(input: { requestId: string; known: string[] }): Promise<{ decisions: DecideInput[] }>;
  /** Who is away while a request is open, until when it is, and when people are reminded of it. */
  prepareRequest(input: RequestToPrepare): Promise<RequestPreparation>;
  checkDoor(input: DoorInput): Promise<DoorAnswer>;
  /** What the record and the outside say of a stage's way here and way back. */
  readStanding(input: StandingInput): Promise<StandingFacts>;
  /** How risky one stage of a release is, from facts gathered side by side; what cannot tell is unknown. Changes nothing. */
  assessRisk(input: RiskInput): Promise<RiskSnapshot>;
  /** What the calendar says of one stage at the workflow's own time; keeps the prediction that pages and slots read. */
  judgeCalendar(input: CalendarInput): Promise<CalendarAnswer>;

  /** Warns the owners of releases of freezes that meet them; answers when the next warning is due. */
  warnOfFreezes(input: { now: string }): Promise<{ nextAt?: string }>;

  // record: rows, idempotent by (release, event key)
  record(batch: RecordBatch): Promise<RecordAnswer>;
  /** Writes an operator's approve or reject signal down as an unauthenticated decision, before it is counted. */
  receiveSignal(input: ReceiveSignalInput): Promise<{ decision: DecideInput } | { refused: string }>;

  // trains: rows and reads, idempotent by departure
  /** When a train leaves next, from the policy in force; and whether it may. */
  planDeparture(input: PlanDepartureInput): Promise<DeparturePlan>;
  /** Who is ready at the cut-off, and who is not. */
  boardTrain(input: BoardInput): Promise<Boarding>;
  /** Orders the release of all who are aboard, once for each departure. */
  departTrain(input: DepartInput): Promise<DepartAnswer>;
  /** Writes down what people told a train. */
  recordTrain(input: TrainEntry): Promise<void>;

  // notices: keyed, given up after hours
  sendNotices(input: NoticeInput): Promise<NoticeAnswer>;

  // checks and changes: heartbeat, cancellation
  runCheck(input: CheckInput): Promise<CheckResult>;
  /** A first try, two seconds long, of checks that only read; null for each that has not told by then. */
  makeQuickChecks(input: { checks: CheckInput[] }): Promise<(CheckResult | null)[]>;
  applyStep(input: OperationInput): Promise<OperationResult>;
  undoComponent(input: OperationInput): Promise<OperationResult>;
  /** Measures until `durationMs` is over or the analysis has decided. */
  analyse(input: AnalyseInput): Promise<AnalysisResult>;
  /** Asks metrics again and again until each has answered, or the time is over. */
  awaitSources(input: AwaitSourcesInput): Promise<SourcesAnswer>;
}

/** Events and the view after them: one transaction (promise P16). */
export interface RecordBatch {
  releaseId: string;
  events: NewEvent[];
  view: ReleaseView;
  /** Changes of what runs where. */
  deployments?: DeploymentChange[];
  /** Requests that were opened, and such that were closed. */
  opened?: OpenApprovalInput[];
  closed?: ClosedApproval[];
  /** Reviews that are owed by now. */
  reviews?: GlassReviewInput[];
  /** Open requests for which another deadline or other people hold now. */
  renewed?: RenewedApproval[];
  /** Mail to be sent once this is written; tried until it is out, or given up after a day and a half. */
  notices?: NoticeInput[];
  /** Exceptions that people gave to failed checks, with the team whose budget each is taken from. */
  waivers?: (Waiver & { team: string })[];
  /** Undos that were tried out. */
  rehearsals?: RehearsalRow[];
  /** Versions that were rolled back, and are to be banned everywhere. */
  quarantined?: { service: string; version: string; digest?: string; reason: string }[];
  /** Environments that the workflow gives back once this is written. */
  freed?: string[];
  /**
   * All environments that the workflow holds or has asked for, from version 5 on: what it holds beside them was asked for by an attempt
   * that was lost, and is given back.
   */
  wants?: string[];
  workflow: { id: string; runId: string };
}

/** One undo that was tried out: deployed, undone, looked at; `id` is made of release, stage, component and round: written once. */
export interface RehearsalRow {
  id: string;
  environment: string;
  service: string;
  version: string;
  digest?: string;
  commit?: string;
  isPassed: boolean;
  because: string;
  at: string;
}

/** A stage that asks for something of the way here or the way back. Instants are RFC 3339. */
export interface StandingInput {
  environment: string;
  components: PlannedComponent[];
  settings: Pick<GateSettings, 'promotion' | 'soak' | 'rollback'>;
  policyDigest: string;
  /** The workflow's clock: time may be skipped in it. */
  now: string;
}

/** What was written, and how the calendar stood with it. Either is absent in histories from before it was told. */
export interface RecordAnswer {
  recorded: number;
  /** Revision of the calendar in the same transaction; absent where an earlier attempt wrote the batch. */
  calendarRevision?: number;
  /** Instant after it was written, by the clock of whoever wrote: the workflow's may be long past. */
  at?: string;
}

export interface DeploymentChange {
  id: string;
  environment: string;
  service: string;
  version: string;
  digest?: string;
  commit?: string;
  previousVersion?: string;
  mode: 'deploy' | 'redeploy' | 'rollback';
  status: 'running' | 'succeeded' | 'rolledBack' | 'failed' | 'left';
  /** Share of traffic on `version`; what runs there is `version` from 100 on and `previousVersion` at 0. */
  exposure: number;
  /** How long it answers for incidents after it has all traffic, where its stage says so; milliseconds. */
  followMs?: number;
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

/** The deploy door (trust §1.5.7): workflow and record must agree before a stage's first effect. */
export interface DoorInput {
  releaseId: string;
  environment: string;
  requestId?: string;
  /**
   * Ids of the decisions that the workflow counts. Given where it can wait for others that are on their way to it; absent where
   * it has waited long enough, and for releases from before it did.
   */
  votes?: string[];
  subjectDigest: string;
  /** `check service` → result id of what passed. */
  checks: { check: string; service: string; resultId?: string; required: boolean; isWaived?: true }[];
  /** Of the components, for quarantines and waivers; absent for releases from before there were any. */
  builds?: Artifact[];
  /** Incidents of the regressions that the workflow has heard of; absent where none matters to it. */
  regressions?: string[];
  /** The newest revision that it has heard of for each of them, where it knows it. */
  regressionRevisions?: Record<string, number>;
  /** The workflow's clock. */
  now?: string;
  /** What ran there when this was planned; absent where nothing did. */
  planned: { service: string; previousVersion?: string }[];
  rules: StagePlan['rules'];
  candidates: StagePlan['candidates'];
  excluded: StagePlan['excluded'];
  /** Gates that are passed by broken glass, and by whom: the record must have received each of them (trust §1.5.7). */
  glass?: { gates: string[]; people: string[] };
  terms?: Electorate['terms'];
  standIns?: Electorate['standIns'];
  /** Absent for releases from before there was a calendar. */
  calendar?: CalendarInput;
  /** What the calendar said last; judged again at the door, but where nothing is in its scope and it has not moved. */
  answer?: CalendarAnswer;
}
/**
 * `stale`: another version runs there now than when this was planned and approved. `closed`: the calendar has come to shut
 * between the gates and the door; `calendar` says why. `unsettled`: a decision was received that the workflow has not seen yet;
 * it will be counted or refused in a moment. With `open`, `calendar` is what it said at the door.
 */
export interface DoorAnswer {
  kind: 'open' | 'shut' | 'unsettled' | 'stale' | 'closed';
  because: string;
  calendar?: CalendarAnswer;
  /** Bans that stand on its builds: then it is `closed`, too. */
  quarantines?: Quarantine[];
  /** Regressions of its versions that the workflow has not heard of as they stand now: then it is `closed`, too. */
  regressions?: Regression[];
}

/** One stage of one release, as the calendar must know it. Instants are RFC 3339, durations milliseconds. */
export interface CalendarInput {
  releaseId: string;
  title: string;
  environment: string;
  components: Pick<PlannedComponent, 'service' | 'version' | 'digest' | 'mode'>[];
  actionClass: ActionClass;
  /** The workflow's clock: time may be skipped in it. */
  now: string;
  /** Only for the stage that was asked for: earlier ones start when they may. */
  schedule?: Schedule;
  needs: Dependency[];
  /** What the plan itself says it takes: pauses between steps, and the guard (soak) after the last. */
  estimate: { pausesMs: number; guardMs: number };
  owner?: string;
  proceed?: Proceed;
  /** Steps have been taken in this stage: only freezes matter then. */
  isInFlight: boolean;
  /** Overdue reviews of broken glass stop it; absent for what is urgent or goes back, and for releases from before they did. */
  heedsReviews?: true;
}

export type NoticeKind =
  | 'approvalRequest'
  | 'approvalWaits'
  | 'reminder'
  | 'decided'
  | 'confirmation'
  | 'refused'
  | 'released'
  | 'rescheduled'
  | 'postponed'
  | 'taskAssigned'
  | 'taskReminder'
  | 'waiverTakenBack'
  | 'glassBroken'
  | 'freezeAhead'
  | 'dependencyFailed'
  | 'reservationPassed'
  | 'secondAsked'
  | 'held'
  | 'quarantined'
  | 'rolledBack'
  | 'needsPerson'
  | 'stalled'
  | 'rejected'
  | 'expired'
  | 'ended'
  | 'checkFailed'
  | 'incidentOpened'
  | 'watchChanged'
  | 'blocked'
  | 'delayLifted'
  | 'reviewDue'
  | 'withdrawn';

/** One occasion, told to several people: one mail each, once (promise P18). */
export interface NoticeInput {
  /** Unique in the release: `approval/<request id>/ask`. With the person it is the key of the mail. */
  occasion: string;
  kind: NoticeKind;
  releaseId: string;
  /** Person ids. Empty where only a role is known: then nobody is told and that is recorded. */
  to: string[];
  requestId?: string;
  environment?: string;
  /** The sentence that the mail opens with; the rest is read from the record when the mail is made. */
  sentence: string;
  /**
   * `calendar`: revision of the calendar that moved its date; what one change says to one person comes as one mail. `delay`: which delay
   * of the release it tells of, counted from 1.
   */
  facts?: Record<string, string>;
  /** Further releases that the same mail tells of; never part of an order. */
  others?: { releaseId: string; title: string; sentence: string }[];
}

/** One occasion that is about no release: a train that waits for its captain, or left somebody behind. */
export interface InstallationNotice {
  /** Unique in the installation: `train/weekly/7/left/cart`. */
  occasion: string;
  kind: 'leftBehind' | 'trainMissing';
  to: string[];
  sentence: string;
  /** Instants of the departure that it is about, and of the next one. */
  facts: { train: string; departsAt: string; service?: string; next?: string };
}

export interface NoticeAnswer {
  sent: number;
  failed: { person: string; because: string }[];
}

/** Where an effect belongs: the key of everything done in the outside (design §8), never with the attempt in it. */
export interface OperationInput {
  operationId: string;
  releaseId: string;
  environment: string;
  component: PlannedComponent;
  deploy: Deployer;
  /** Share of traffic to give the new version; 0 for an undo. */
  weight: number;
  step: number;
  steps: number;
  policyDigest: string;
  requestedBy: Actor;
  summary: string;
  /** Part of the environment that it is about; absent: all of it. */
  target?: string;
  /** What it does, in a blue-green rollout. */
  action?: OperationAction;
  /** Part of a rehearsal: keeps apart from the real deployment of the same stage. */
  isRehearsal?: true;
  /** Machine on which an earlier call of it may have begun. */
  begunAt?: string;
}
export interface OperationResult {
  /** `unknown`: the answer was lost and there is no `status` to ask; a person must look. */
  outcome: 'done' | 'failed' | 'unknown';
  because: string;
  /** With `failed`: the effect never began (the command does not exist, a secret is missing), so nothing is to be undone. */
  notStarted?: true;
  /** Result row with the output. */
  resultId?: string;
}

/** Whose risk in which environment. `now` is the asker's clock, `startsAt` when it is expected to start. */
export interface RiskInput {
  policyDigest: string;
  environment: string;
  components: Component[];
  /** Absent where nothing is released, and somebody only looks. */
  releaseId?: string;
  now: string;
  startsAt?: string;
  /** Commits after this instant are late. */
  cutoffAt?: string;
  /** Train that it rides on, whose cut-off counts as well. */
  train?: { id: string; departure: number };
  /** The gate `review` asks for overdue reviews; absent where risk must. */
  heedsReviews?: true;
}

export interface CheckInput {
  releaseId: string;
  environment: string;
  component: Component & { previousVersion?: string };
  check: RunnableCheck;
  round: number;
  policyDigest: string;
}
export interface CheckResult {
  outcome: Exclude<CheckOutcome, 'pending' | 'running' | 'cancelled'>;
  summary: string;
  resultId: string;
  counts?: { passed: number; failed: number; skipped: number };
  findings?: { error: number; warning: number; note: number };
  /** Lines that tests ran, of those that they could run. */
  coverage?: { covered: number; total: number };
  startedAt: string;
  endedAt: string;
}

export interface AnalyseInput {
  releaseId: string;
  environment: string;
  component: PlannedComponent;
  /** `step 1`, `soak`: where the measurements belong. */
  at: string;
  weight: number;
  /** Since when the version has traffic here; left out before the first step, and by whoever asked before it was told. */
  exposedAt?: string;
  metrics: Metric[];
  durationMs: number;
  policyDigest: string;
}
export interface AnalysisResult {
  phase: 'passed' | 'failed' | 'error' | 'inconclusive';
  because: string;
  metrics: MetricView[];
  endedAt: string;
}

export interface PlanDepartureInput {
  train: string;
  /** The departure is strictly after this instant. */
  after: string;
  number: number;
  /** Departures up to this one were forgiven by whoever started the schedule again. */
  forgivenUpTo: number;
  now: string;
}

/** `scheduledAt` is the instant of the rhythm, `departsAt` the one after a delay. */
export type DeparturePlan =
  | { kind: 'departure'; number: number; scheduledAt: string; departsAt: string; cutoffAt: string }
  /** `stopped`: two departures in a row failed; `none`: the rule has no date any more. */
  | { kind: 'stopped' | 'none'; because: string }
  /** The policy has no such train any more. */
  | { kind: 'gone' };

export interface BoardInput {
  train: string;
  number: number;
  scheduledAt: string;
  departsAt: string;
  cutoffAt: string;
  /** The captain said to leave without those who are missing. */
  isLeaving: boolean;
  now: string;
}

/** `missing`: required services that are not ready, which is the captain's to decide. */
export interface Boarding {
  aboard: Boarded[];
  left: LeftBehind[];
  missing: LeftBehind[];
  because: string;
}

export interface DepartInput {
  train: string;
  number: number;
  scheduledAt: string;
  departsAt: string;
  cutoffAt: string;
  aboard: Boarded[];
  left: LeftBehind[];
  /** The captain lets it go without those who are required and not there. */
  isLeaving?: true;
  now: string;
}

/**
 * What became of a departure. `isOff`: nothing left, for the policy has the train no more or people hold it. `boardAgain`: nothing
 * left, for a required service that was aboard does not ride any more.
 */
export interface DepartAnswer {
  because: string;
  isOff?: true;
  boardAgain?: true;
}

/** What people told a train about one departure. */
export interface TrainEntry {
  train: string;
  number: number;
  command: 'skip' | 'delay' | 'hold' | 'resume' | 'leave';
  by: Actor;
  reason?: string;
  until?: string;
  plan?: { scheduledAt: string; departsAt: string; cutoffAt: string };
  /** Of the command: written down once. */
  key: string;
  now: string;
}
