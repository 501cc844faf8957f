import type { Deployer } from '../domain/policy/deployer.schema.ts';
import type { PlannedComponent } from '../domain/release/plan.ts';
import type { Reading } from '../domain/rollout/drift.ts';
import type { CheckResultRow } from '../platform/record/results.ts';
import type { CheckInput, CheckResult, OperationInput, OperationResult } from './contract.ts';

/** What a runner does inside its own network. It has no record: everything that is to be kept travels back in the answer. */
export interface RunnerActivities {
  operateHere(input: RunnerOperation): Promise<PerformedOperation>;
  checkHere(input: RunnerCheck): Promise<CheckResultRow>;
  probeHere(input: ProbeInput): Promise<Reading>;
}

/** What ordinary workers do around it: they have the record, and a policy with everything in it. */
export interface RunnerDesk {
  /** Looks what really runs; changes nothing. */
  probeComponent(input: ProbeInput): Promise<Reading>;
  /** Whether a runner is there, and what it must be told that only the policy knows. */
  meetRunner(input: RunnerQuestion): Promise<RunnerMet>;
  /** Writes down what a runner did; the same operation again changes nothing but what it knows better. */
  recordOperation(input: {
    kind: 'apply' | 'undo';
    input: OperationInput;
    performed: PerformedOperation;
  }): Promise<OperationResult>;
  /** Writes down a check that a runner made, where it is what that runner was asked for. */
  recordCheck(made: CheckResultRow, asked?: CheckInput): Promise<CheckResult>;
}

export interface RunnerOperation {
  kind: 'apply' | 'undo';
  input: OperationInput;
}

export interface RunnerCheck {
  input: CheckInput;
  /** Source of the service by the policy; absent: it has none. */
  git?: string;
}

export interface ProbeInput {
  operationId: string;
  releaseId: string;
  environment: string;
  component: PlannedComponent;
  deploy: Deployer;
  policyDigest: string;
  /** Of a rollout in batches. */
  target?: string;
}

export interface RunnerQuestion {
  runner: string;
  policyDigest: string;
  /** Whose source is asked for. */
  service: string;
}

export interface RunnerMet {
  isThere: boolean;
  /** One sentence: "Runner eu is there." or since when it is not. */
  because: string;
  git?: string;
}

/** One effect and what it printed, masked and capped so that it can travel. Instants are RFC 3339. */
export interface PerformedOperation {
  outcome: OperationResult['outcome'];
  because: string;
  stdout: string;
  stderr: string;
  startedAt: string;
  endedAt: string;
}
