import type { Store } from '../../platform/database/open.ts';
import { cancelOperations, operationFolder } from '../../platform/command/operations.ts';
import { GantryError } from '../../platform/errors.ts';
import { operationId } from '../../domain/release/operation-id.ts';
import type { Outgoing } from '../../platform/outgoing.ts';
import { rememberedPolicy } from '../../platform/record/remembered-policy.ts';
import { readOperationResult, saveOperationResult } from '../../platform/record/results.ts';
import { attended } from '../attended.ts';
import type { Activities, OperationInput, OperationResult } from '../contract.ts';
import { factsOf } from '../facts.ts';
import { createDeployers, deployerOf } from './index.ts';
import type { Effect, EffectEnd } from './port.ts';

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
    return attended(async (waiting) => {
      const startedAt = new Date().toISOString();
      const policy = await rememberedPolicy(db, input.policyDigest);
      if (!policy) throw new GantryError('POLICY_NOT_FOUND', { detail: `digest ${input.policyDigest}` });
      if (kind === 'undo') await cancelOperations(dataDir, stepsOf(input));
      const folder = operationFolder(dataDir, input.operationId);
      const effect = {
        operationId: input.operationId,
        deploy: input.deploy,
        facts: factsOf(input),
        policyDir: policy.baseDir,
        folder,
      };
      const end = await deployerOf(deployers, input.deploy)
        [kind](effect satisfies Effect, waiting)
        .catch(asEnd);
      waiting.leave.throwIfAborted();
      await saveOperationResult(db, {
        ...placeOf(input, kind),
        ...end,
        startedAt,
        endedAt: new Date().toISOString(),
      });
      await folder.settled();
      return resultOf(input, end);
    });
  };
}

/** Beginning of the ids of all rollout steps of this component in this stage. */
function stepsOf({ releaseId, environment, component, isRehearsal }: OperationInput): string {
  const kind = isRehearsal === true ? 'rehearsalApply' : 'apply';
  const first = operationId({ releaseId, environment, service: component.service, kind, step: 0 });
  return first.slice(0, -1);
}

/** A known problem stops an effect before it begins (argument unsafe, secret missing, address refused): it did not happen. */
function asEnd(error: unknown): EffectEnd {
  if (!(error instanceof GantryError)) throw error;
  const { detail, remedy } = error.problem;
  return { outcome: 'failed', because: `${detail} ${remedy}`, stdout: '', stderr: '' };
}

const placeOf = (
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

const resultOf = (
  input: OperationInput,
  { outcome, because }: Pick<EffectEnd, 'outcome' | 'because'>,
): OperationResult => ({
  outcome,
  because,
  resultId: input.operationId,
});
