import type { worstFirst } from '../analysis/phases.ts';
import type { Statistics } from '../analysis/statistics.ts';
import type { CalendarAnswer, Proceed, Dependency, Schedule } from '../calendar/model.ts';
import type { Assurance } from '../gates/approvals/assurance.ts';
import type { RegressionView } from '../watch/regression.ts';
import type { Quarantine } from '../gates/quarantine/evaluate.ts';
import type { SamplingFacts } from '../gates/sampling/evaluate.ts';
import type { StandingFacts } from '../gates/standing.ts';
import type { Waiver } from '../gates/waiver/evaluate.ts';
import type { RiskSnapshot } from '../risk/snapshot.ts';
import type { DriftFinding } from '../rollout/drift.ts';
import type { GateVerdict } from '../verdict.ts';
import type { Nudge } from '../gates/approvals/ladder.ts';
import type { PersonsWord, StepView, TargetView } from '../rollout/view.ts';
import type { Intent, ReleaseState, Residue } from './state.ts';
import type { WorkflowVersion } from './workflow-version.ts';

/** Who acts. `assurance` says how we know: `engine` is whoever can reach Temporal, which proves nothing. */
export interface Actor {
  id: string;
  kind: 'person' | 'token' | 'system' | 'engine';
  /** The person behind a token, where there is one: exclusions count against that person. */
  person?: string;
  assurance?: 'link' | 'session' | 'token' | 'engine';
}

/** One service at one version. `ref` is the Git ref or commit asked for; `commit` what it was resolved to. */
export interface Component {
  service: string;
  version: string;
  digest?: string;
  ref?: string;
  commit?: string;
}

/** Input of the release workflow: small, JSON-safe, and all that it needs to find the rest. */
export interface ReleaseOrder {
  releaseId: string;
  /** 1 for the first release of these versions, 2 for the next. */
  attempt: number;
  components: Component[];
  intent: Intent;
  /** Id of the last environment to go to; left out: the whole pipeline. */
  to?: string;
  requestedBy: Actor;
  reason?: string;
  createdAt: string;
  policyDigest: string;
  /** When it is to start in the last stage it goes to; left out: as soon as it may. */
  schedule?: Schedule;
  /** Why it cannot wait: it passes calendars as a hotfix. */
  urgent?: string;
  /** What must be there before its stages start. */
  needs?: Dependency[];
  /** Dates that people set for it; never a gate. */
  milestones?: PlannedMilestone[];
  /** Train that it rides on. */
  train?: { id: string; departure: number };
  /** Which of the workflow's ways it goes (docs/adr/0011): fixed when it is created, left out: the first. */
  workflowVersion?: WorkflowVersion;
  /** Ids of open releases whose place it takes. */
  supersedes?: string[];
  /** Id of the release that it makes good: what that brought is taken back, or mended. */
  remediates?: string;
  /** It goes to its last environment alone: what must go back at once does not pass the stages before. */
  only?: true;
  /** False where no service of it has a Git source, so that the record alone tells the plan; left out: unknown. */
  readsGit?: boolean;
}

/** Named points of a release's plan, in the order in which they come. */
export const milestoneKinds = ['codeComplete', 'qaDone', 'goNoGo', 'live'] as const;
export type MilestoneKind = (typeof milestoneKinds)[number];

/** A milestone as people planned it: instant, and the person who owns it. */
export interface PlannedMilestone {
  kind: MilestoneKind;
  plannedAt: string;
  owner?: string;
}

/** A milestone as it stands: `estimateAt` until it was reached at `actualAt`. */
export interface MilestoneView extends PlannedMilestone {
  estimateAt: string;
  actualAt?: string;
}

/** One line of the change list, read from Git as a Conventional Commit. Text of people: never markup. */
export interface Change {
  commit: string;
  kind: 'breaking' | 'security' | 'feature' | 'fix' | 'performance' | 'operations' | 'other';
  scope?: string;
  title: string;
  author: string;
  at: string;
  /** `returns`: shipped before and rolled back; `removed`: leaves with a rollback. */
  mark?: 'returns' | 'removed';
}

export type CheckOutcome =
  'pending' | 'running' | 'passed' | 'failed' | 'error' | 'inconclusive' | 'cancelled';

/** One check of one component, as everybody sees it. Output is kept in the record under `resultId`. */
export interface CheckView {
  id: string;
  service: string;
  outcome: CheckOutcome;
  required: boolean;
  /** One sentence: "310 passed, 2 failed" or why it could not tell. */
  summary: string;
  resultId?: string;
  round: number;
  startedAt?: string;
  endedAt?: string;
  counts?: { passed: number; failed: number; skipped: number };
  findings?: { error: number; warning: number; note: number };
  /** Left out: it is asked once, before the gates. `sampled`: again and again in the gate; `rehearsal`: before the first step. */
  how?: 'sampled' | 'rehearsal';
  /** Lets it count as passed although it failed, until it ends. */
  waiver?: Waiver;
  /** Lines that tests ran, of those that they could run. */
  coverage?: { covered: number; total: number };
}

/** What somebody asks for who lets a release go on: done before the stage of that environment starts. */
export interface Condition {
  title: string;
  /** Person or team; id. */
  owner: string;
  /** Environment id of the stage that waits for it. */
  before: string;
  due?: string;
}

export type TaskState = 'open' | 'accepted' | 'blocked' | 'done' | 'cancelled';

/** Work for people that a stage waits for (semantics §9). A team owns it until one of it accepts. */
export interface TaskView extends Omit<Condition, 'before'> {
  /** Environment id of the stage that waits for it; left out: none does. */
  before?: string;
  /** `t1`: unique in its release. */
  id: string;
  state: TaskState;
  /** Whose condition it is, or who has added it. */
  askedBy: string;
  acceptedBy?: string;
  /** When it was added, and to whichever release first; absent in views from before it was kept. */
  openedAt?: string;
  /** When and by whom it came into its state. */
  at: string;
  by: string;
  reason?: string;
  /** Id of the release that this one has taken the place of, and that it comes from. */
  carriedFrom?: string;
}

export type VoteChoice = 'approve' | 'reject';

/** A person's vote on one approval request; the last one counts until closing. */
export interface Vote {
  person: string;
  choice: VoteChoice;
  comment?: string;
  /** What the approval is given under; they become tasks. */
  conditions?: Condition[];
  at: string;
  via: 'link' | 'api' | 'signal';
  /** How sure one is of the person; left out: by the link in the mail, or not at all for a signal. */
  assurance?: Assurance;
  decisionId: string;
}

export type ApprovalState =
  'open' | 'approved' | 'rejected' | 'expired' | 'superseded' | 'withdrawn' | 'held';

export interface SeatView {
  rule: string;
  atLeast: number;
  filled: number;
  candidates: string[];
}

/** The approval request of a stage: one request, several rules, one link a person. */
export interface ApprovalView {
  requestId: string;
  state: ApprovalState;
  subjectDigest: string;
  /** The request in whose place it came. */
  previous?: string;
  openedAt: string;
  deadline: string;
  /** When a deciding vote closes the request; set while the grace time runs. */
  closesAt?: string;
  closedAt?: string;
  /** Once it is approved: until when that holds; then people are asked again. */
  validUntil?: string;
  /** When it was given more time, because nobody had decided. */
  escalatedAt?: string;
  /** What is still to come before the deadline, in order; each happens once. */
  nudges?: Nudge[];
  asked: string[];
  excluded: { person: string; because: string }[];
  votes: Vote[];
  seats: SeatView[];
}

export type MetricPhase = (typeof worstFirst)[number];

export interface MetricView {
  id: string;
  phase: MetricPhase;
  because: string;
  measurements: number;
  last?: { at: string; value: number | null; verdict: string };
  /** What the rule of the metric computed last; left out where a condition judges. */
  statistics?: Statistics;
  dryRun: boolean;
  /** Whose it is, of the metrics of a soak; those of a rollout are of its service. */
  service?: string;
}

/** One component's way through one stage. `exposure` is the share of traffic on the new version, in per cent. */
export interface RolloutView {
  service: string;
  version: string;
  /** What ran there before; absent for a first deployment. */
  previousVersion?: string;
  mode: Intent;
  steps: StepView[];
  exposure: number;
  /** What each part of the environment has, where it has parts. */
  targets?: TargetView[];
  /** A person let it go to all traffic or targets at once. */
  toFull?: PersonsWord;
  metrics: MetricView[];
  compensation?: CompensationView;
}

export interface CompensationView {
  state:
    'pending' | 'running' | 'compensated' | 'notNeeded' | 'failed' | 'needsPeople' | 'doneByHand' | 'left';
  attempts: number;
  because: string;
  at?: string;
  /** What a person would run to do the same by hand; only where it failed. */
  command?: string;
  /** Of an undo that failed: it was not tried, for it must not be. */
  isRefused?: true;
  /** Why the version before could not run there any more: then nobody takes it back. */
  shut?: string;
}

export type StageState =
  | 'pending'
  | 'verifying'
  | 'gating'
  | 'ready'
  | 'deploying'
  | 'watching'
  | 'finished'
  | 'rollingBack'
  | 'ended';

export interface StageView {
  environment: string;
  state: StageState;
  checks: CheckView[];
  verdicts: GateVerdict[];
  /** What the calendar said last. */
  calendar?: CalendarAnswer;
  /** What was looked up of the way here and the way back; absent where the stage asks for nothing of it. */
  standing?: StandingFacts;
  /** Samples since the gate opened; absent where no check is sampled. */
  sampling?: SamplingFacts;
  /** How risky it was found to be last, where risk is a gate of this stage. */
  risk?: RiskSnapshot;
  /** Who lets it start although it may not fit. */
  proceed?: Proceed;
  approval?: ApprovalView;
  /** Who broke the glass here. */
  glass?: GlassView;
  rollout: RolloutView[];
  /** What was found to run there before the first step; absent where the stage does not ask. */
  drift?: { at: string; findings: DriftFinding[] };
  /** The runner that it waits for, while none of that name is there. */
  missingRunner?: { name: string; since: string; because: string };
  /** Metrics of the soak. */
  soak: MetricView[];
  startedAt?: string;
  soakUntil?: string;
  finishedAt?: string;
  /** When all traffic went to it; only where it is watched afterwards. */
  exposedAt?: string;
}

/** What an analysis could not tell, and what is done about it (semantics §6.4). */
export interface DoubtView {
  service: string;
  /** Where in the rollout: `step 1`, `soak`. */
  place: string;
  phase: 'failed' | 'error' | 'inconclusive';
  /** People who were asked. */
  who: string[];
  /** When, without an answer, it goes back or more people are told. */
  answerBy?: string;
  /** It is measured again, or its source waited for, until then at the latest. */
  againUntil?: string;
  /** People want it measured for so long, in milliseconds, and that has not begun. */
  extendByMs?: number;
}

export interface HoldView {
  by: string;
  reason: string;
  at: string;
  /** Of a hold by an analysis that people may answer. */
  doubt?: DoubtView;
  kind:
    | 'person'
    | 'analysis'
    | 'door'
    | 'unknownEffect'
    | 'approvalExpired'
    | 'freeze'
    | 'quarantine'
    | 'drift'
    | 'regression';
  /** Of a hold by a quarantine: ends with it. */
  quarantineId?: string;
  /** Of a hold by a regression: ends with it, or by a person's word. */
  incidentId?: string;
  /** What happens then if nobody acts; a hold by a person has none. */
  until?: string;
}

/** One person's word that a stage may start past its gates, for this release and environment (semantics §4, "Break-glass"). */
export interface GlassBreak {
  person: string;
  at: string;
  reason: string;
  /** The incident that it is about: a name, a number or an address. */
  incident: string;
}

export interface GlassView {
  breaks: GlassBreak[];
  /** Until when it is in force, once enough people have broken it. */
  until?: string;
  /** Review by another person that it owes, once it is in force. */
  review?: { id: string; dueAt: string };
  /** When the stage started by it, and past which gates. */
  used?: { at: string; gates: string[] };
}

/** By what a person may move the time of a release (semantics §4, "Delay"). */
export type Authority = 'approver' | 'owner' | 'releaseManager';

/** A decision to delay, with the authority it was given by. It holds until its end, unless somebody lifts it before. */
export interface PostponementView {
  by: string;
  as: Authority;
  at: string;
  until: string;
  reason: string;
  /** The command that it was given with; the same one delays it once. Absent in what was recorded before that was kept. */
  commandId?: string;
  lifted?: { at: string; by: string };
}

/** The whole state of a release: answer of the query `state`, the read model, and GET /v1/releases/{id}. */
/** The engine says that each try of a release's workflow fails. It is no state, for no workflow has entered it. */
export interface StallView {
  /** When it was found; it has stood still for some tries before. */
  since: string;
  because: string;
}

export interface ReleaseView {
  id: string;
  workflowId: string;
  attempt: number;
  components: Component[];
  intent: Intent;
  to?: string;
  requestedBy: Actor;
  reason?: string;
  policyDigest: string;
  state: ReleaseState;
  /** One sentence of what happens now and what it waits for. */
  headline: string;
  /** Its workflow cannot be moved; added where the record is read, never by the workflow. */
  stalled?: StallView;
  /** Environment id of the stage it is in. */
  stage?: string;
  stages: StageView[];
  /** Environment id of the last finished stage. */
  reached?: string;
  residue: Residue;
  holds: HoldView[];
  /** Bans that stand on builds of it, or on what they would go back to; absent: none ever did. */
  quarantines?: Quarantine[];
  /** Open incidents that versions of it have caused somewhere; absent: none ever did. */
  regressions?: RegressionView[];
  changes: { count: number; breaking: number; truncated: boolean; top: Change[] };
  owner?: string;
  /** Names of people whom it mentions, by id; people have sentences with names, programs the ids. Left out: none is known. */
  names?: Readonly<Record<string, string>>;
  schedule?: Schedule;
  /** The schedule without the delay that moves it now. */
  scheduleAsked?: Schedule;
  /** Every decision to delay it, also those that are over. */
  postponements?: PostponementView[];
  /** Work that its stages wait for. */
  tasks?: TaskView[];
  /** What people have noted about it since; part of no approval. */
  notes?: string;
  /** Releases whose place it has taken. */
  supersedes?: { id: string; title: string }[];
  urgent?: string;
  needs?: Dependency[];
  milestones?: MilestoneView[];
  train?: { id: string; departure: number };
  /** Id of the release that it makes good. */
  remediates?: string;
  createdAt: string;
  updatedAt: string;
  ended?: { at: string; because: string; by?: string };
  /** Number of the workflow's latest event: rises with every change. */
  seq: number;
}

/** `shop 1.4.0`, or `shop 1.4.0, cart 2.0.0`: how people name a release. */
export const releaseTitle = (components: readonly Component[]): string =>
  components.map((component) => `${component.service} ${component.version}`).join(', ');

/** The stage that a release is in; undefined before its first, and after its last where none is named. */
export const currentStage = <S extends { environment: string }>(view: {
  stage?: string;
  stages: readonly S[];
}): S | undefined => view.stages.find(({ environment }) => environment === view.stage);
