import type { ActionClass, CalendarAnswer, Dependency, Proceed, Schedule } from '../domain/calendar/model.ts';
import type { Electorate } from '../domain/gates/approvals/electorate.ts';
import type { Quarantine } from '../domain/gates/quarantine/evaluate.ts';
import type { GateSettings } from '../domain/gates/settings.ts';
import type { StandingFacts } from '../domain/gates/standing.ts';
import type { Artifact } from '../domain/release/artifact.ts';
import type { PlannedComponent, StagePlan } from '../domain/release/plan.ts';
import type { Component } from '../domain/release/release.ts';
import type { RiskSnapshot } from '../domain/risk/snapshot.ts';
import type { Regression } from '../domain/watch/regression.ts';

/** What gates and the deploy door must be told. Reads: repeat at will. */
export interface GateActivities {
  checkDoor(input: DoorInput): Promise<DoorAnswer>;
  /** What the record and the outside say of a stage's way here and way back. */
  readStanding(input: StandingInput): Promise<StandingFacts>;
  /** How risky one stage of a release is, from facts gathered side by side; what cannot tell is unknown. Changes nothing. */
  assessRisk(input: RiskInput): Promise<RiskSnapshot>;
  /** What the calendar says of one stage at the workflow's own time; keeps the prediction that pages and slots read. */
  judgeCalendar(input: CalendarInput): Promise<CalendarAnswer>;
  /** Warns the owners of releases of freezes that meet them; answers when the next warning is due. */
  warnOfFreezes(input: { now: string }): Promise<{ nextAt?: string }>;
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

/** A stage that asks for something of the way here or the way back. Instants are RFC 3339. */
export interface StandingInput {
  environment: string;
  components: PlannedComponent[];
  settings: Pick<GateSettings, 'promotion' | 'soak' | 'rollback'>;
  policyDigest: string;
  /** The workflow's clock: time may be skipped in it. */
  now: string;
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
