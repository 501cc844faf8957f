import type { Deployer } from '../../domain/policy/deployer.schema.ts';
import type { OperationFolder } from '../../platform/command/operations.ts';
import type { Waiting } from '../../platform/command/run-command.ts';
import type { OperationResult } from '../contract.ts';
import type { Facts } from '../facts.ts';

/** One effect in the outside world. Asked for again with the same `operationId`, it happens no second time. */
export interface Effect<D extends Deployer = Deployer> {
  operationId: string;
  deploy: D;
  facts: Facts;
  /** Folder of gantry.yaml. */
  policyDir: string;
  /** What earlier attempts at this operation left behind. */
  folder: OperationFolder;
}

export interface EffectEnd extends Pick<OperationResult, 'outcome' | 'because'> {
  /** Masked and capped. */
  stdout: string;
  stderr: string;
}

/** How a version comes into an environment and goes away again, for one kind of deployer. Undoing what never happened is harmless. */
export interface DeployerPort<D extends Deployer> {
  apply(effect: Effect<D>, waiting: Waiting): Promise<EffectEnd>;
  undo(effect: Effect<D>, waiting: Waiting): Promise<EffectEnd>;
}
