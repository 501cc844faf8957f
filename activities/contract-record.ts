import type { Waiver } from '../domain/gates/waiver/evaluate.ts';
import type { NewEvent } from '../domain/release/events.ts';
import type { ReleaseView } from '../domain/release/release.ts';
import type {
  ClosedApproval,
  GlassReviewInput,
  OpenApprovalInput,
  RenewedApproval,
} from './contract-approvals.ts';
import type { NoticeInput } from './contract-notices.ts';

/** Rows of the record, idempotent by release and event key. */
export interface RecordActivities {
  record(batch: RecordBatch): Promise<RecordAnswer>;
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
