import type { Store } from '../../platform/database/open.ts';
import { operationFolder } from '../../platform/command/operations.ts';
import type { Outgoing } from '../../platform/outgoing.ts';
import { rememberedPolicy } from '../../platform/record/remembered-policy.ts';
import { readOperationResult, saveOperationResult } from '../../platform/record/results.ts';
import { attended } from '../attended.ts';
import type { Activities, OperationInput, OperationResult } from '../contract.ts';
import { createDeployers } from './index.ts';
import { perform } from './perform.ts';
import type { EffectEnd } from './port.ts';

export interface OperateDeps {
  store: Pick<Store, 'db'>;
  dataDir: string;
  outgoing: Outgoing;
}

/** The activity `applyStep`: gives one component its next share of traffic, once. */
export const createApplyStep = (deps: OperateDeps): Activities['applyStep'] => operate(deps, 'apply');

/**
 * The activity `undoComponent`: brings the previous version back, once. A step of the same component that still runs, because
 * its worker died, is ended first: it must not go on behind the undo.
 */
export const createUndoComponent = (deps: OperateDeps): Activities['undoComponent'] => operate(deps, 'undo');

function operate(
  { store: { db }, dataDir, outgoing }: OperateDeps,
  kind: 'apply' | 'undo',
): Activities['applyStep'] {
  const deployers = createDeployers(outgoing);
  return async (input) => {
    const recorded = await readOperationResult(db, input.operationId);
    // what was unknown may be known by now: only then is it looked at again
    if (recorded && recorded.outcome !== 'unknown') return resultOf(input, recorded as EffectEnd);
    return attended(async (attendance) => {
      const policy = await rememberedPolicy(db, input.policyDigest);
      const performance = { deployers, dataDir, policyDir: policy.baseDir };
      const end = await perform(performance, kind, input, attendance);
      await saveOperationResult(db, { ...operationPlace(input, kind), ...end });
      await operationFolder(dataDir, input.operationId).settled();
      return resultOf(input, end);
    });
  };
}

export const operationPlace = (
  input: OperationInput,
  kind: 'apply' | 'undo',
): Pick<
  Parameters<typeof saveOperationResult>[1],
  'operationId' | 'releaseId' | 'environment' | 'service' | 'kind'
> => ({
  operationId: input.operationId,
  releaseId: input.releaseId,
  environment: input.environment,
  service: input.component.service,
  kind,
});

export const resultOf = (
  input: OperationInput,
  { outcome, because }: Pick<EffectEnd, 'outcome' | 'because'>,
): OperationResult => ({
  outcome,
  because,
  resultId: input.operationId,
});
