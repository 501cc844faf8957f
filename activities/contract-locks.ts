import type { LockPlace, LockRequest } from '../workflows/contract.ts';
import type { DoorAnswer, DoorInput } from './contract.ts';

/** The locks of environments, which lie in the record. */
export interface LockActivities {
  /** Where it is granted at once, the door is asked under the new lock, by `door`; an answer without it leaves that to `checkDoor`. */
  enqueueLock(input: { environment: string; request: LockRequest; door?: DoorInput }): Promise<LockAnswer>;
  /** Gives a lock back, or leaves the queue; harmless where neither is held. */
  freeLock(input: { environment: string; owner: string }): Promise<void>;
  /** Grants what is free by now, and says who holds it of those who had waited, and who need not wait any more. */
  serveEnvironment(input: { environment: string; looksAtOwners: boolean }): Promise<Served>;
  /** Whether the workflow still runs; a lock is freed only when its owner has closed. */
  isOwnerClosed(input: { workflowId: string }): Promise<{ closed: boolean }>;
  /** Writes down how an environment stands whose locks its own workflow still keeps. */
  recordEnvironment(input: EnvironmentRow): Promise<void>;
}

/** Its place, and what the door said at the moment of the grant. */
export type LockAnswer = LockPlace & { door?: DoorAnswer };

export interface Served {
  /** Those who were granted while they waited, and hold it still; oldest grant first. */
  granted: { owner: string; fence: number }[];
  outrun: { owner: string; because: string }[];
  /** How many still wait. */
  waiting: number;
}

export interface EnvironmentRow {
  environment: string;
  holders: {
    owner: string;
    releaseId: string;
    title: string;
    keys: readonly string[];
    fence: number;
    since: string;
  }[];
  queue: {
    owner: string;
    releaseId: string;
    title: string;
    keys: readonly string[];
    classRank: number;
    requestedAt: string;
  }[];
  /** Rises with every change; an older write never replaces a newer one. */
  revision: number;
}
