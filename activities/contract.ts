import type { ReleasePlan } from '../domain/release/plan.ts';
import type { ReleaseOrder } from '../domain/release/release.ts';
import type { AnalysisActivities } from './contract-analysis.ts';
import type { ApprovalActivities } from './contract-approvals.ts';
import type { GateActivities } from './contract-gates.ts';
import type { LockActivities } from './contract-locks.ts';
import type { NoticeActivities } from './contract-notices.ts';
import type { OperationActivities } from './contract-operations.ts';
import type { RecordActivities } from './contract-record.ts';
import type { RunnerDesk } from './contract-runner.ts';
import type { TaskActivities } from './contract-tasks.ts';
import type { TrainActivities } from './contract-trains.ts';
import type { WatchActivities } from './contract-watch.ts';

/** Everything the workflows ask of the world. Arguments and results are one JSON-safe object each; instants are RFC 3339. */
export interface Activities
  extends
    AnalysisActivities,
    ApprovalActivities,
    GateActivities,
    LockActivities,
    NoticeActivities,
    OperationActivities,
    RecordActivities,
    RunnerDesk,
    TaskActivities,
    TrainActivities,
    WatchActivities {
  /** A read: repeat at will. */
  planRelease(order: ReleaseOrder): Promise<ReleasePlan>;
}

// The door of this room: whoever is outside takes the types of what is asked most from here, whichever area they are of.
export type * from './contract-analysis.ts';
export type * from './contract-approvals.ts';
export type * from './contract-gates.ts';
export type * from './contract-notices.ts';
export type * from './contract-operations.ts';
export type * from './contract-record.ts';
export type * from './contract-trains.ts';
