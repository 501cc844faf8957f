import type { RunnableCheck } from '../domain/policy/check.schema.ts';
import type { Deployer } from '../domain/policy/deployer.schema.ts';
import type { PlannedComponent } from '../domain/release/plan.ts';
import type { Actor, CheckOutcome, Component } from '../domain/release/release.ts';
import type { OperationAction } from '../domain/rollout/undo.ts';

/** Checks and changes of what runs: with heartbeat and cancellation. */
export interface OperationActivities {
  runCheck(input: CheckInput): Promise<CheckResult>;
  /** A first try, two seconds long, of checks that only read; null for each that has not told by then. */
  makeQuickChecks(input: { checks: CheckInput[] }): Promise<(CheckResult | null)[]>;
  applyStep(input: OperationInput): Promise<OperationResult>;
  undoComponent(input: OperationInput): Promise<OperationResult>;
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
