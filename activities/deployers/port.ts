import type { Deployer } from '../../domain/policy/deployer.schema.ts';
import type { Reading } from '../../domain/rollout/drift.ts';
import type { OperationFolder } from '../../platform/command/operations.ts';
import type { Waiting } from '../../platform/command/run-command.ts';
import type { OperationResult } from '../contract.ts';
import type { Facts } from '../facts.ts';

/** One effect in the outside world. Asked for again with the same `operationId`, it happens no second time. */
export interface Effect<D extends Deployer = Deployer> {
  operationId: string;
  deploy: D;
  facts: Facts;
  /** Digest of what is gone back to, where it is known. */
  previousDigest?: string;
  /** Folder of gantry.yaml. */
  policyDir: string;
  /** What earlier attempts at this operation left behind. */
  folder: OperationFolder;
  /** Of an undo: how the ids of all steps begin that it undoes, so that none goes on behind it. */
  stepsBegin?: readonly string[];
  /** An earlier attempt may have begun it on another machine, whose folder is not here. */
  isBegunElsewhere?: true;
}

export interface EffectEnd extends Pick<OperationResult, 'outcome' | 'because'> {
  /** Masked and capped. */
  stdout: string;
  stderr: string;
}

/** What became of one operation. `notDone`: it certainly never took effect; `unknown`: the target cannot tell. */
export interface EffectStatus {
  state: 'done' | 'failed' | 'running' | 'notDone' | 'unknown';
  because: string;
}

/** How a version comes into an environment and goes away again, for one kind of deployer. Undoing what never happened is harmless. */
export interface DeployerPort<D extends Deployer> {
  apply(effect: Effect<D>, waiting: Waiting): Promise<EffectEnd>;
  undo(effect: Effect<D>, waiting: Waiting): Promise<EffectEnd>;
  /** Looks what became of an operation; changes nothing. */
  status(effect: Effect<D>, waiting: Waiting): Promise<EffectStatus>;
  /** Looks which version really runs; changes nothing. */
  probe(effect: Effect<D>, waiting: Waiting): Promise<Reading>;
}
