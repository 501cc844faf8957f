import { cancelOperations, operationFolder, placeOf } from '../../platform/command/operations.ts';
import { GantryError } from '../../platform/errors.ts';
import { endedByUndo } from '../../domain/release/operation-id.ts';
import type { Attendance } from '../attended.ts';
import type { OperationInput } from '../contract.ts';
import type { PerformedOperation } from '../contract-runner.ts';
import { factsOf } from '../facts.ts';
import type { createDeployers } from './index.ts';
import { deployerOf } from './index.ts';
import type { Effect, EffectEnd } from './port.ts';

export interface Performance {
  deployers: ReturnType<typeof createDeployers>;
  dataDir: string;
  /** Folder that relative files of commands start from. */
  policyDir: string;
}

/** What an attempt tells the next one through the engine: on which machine it has begun. */
interface Begun {
  begunAt: string;
}

/**
 * Makes one effect happen, once, wherever it is asked for; needs no record. An attempt that may have begun on another machine
 * is told to the deployer, which then looks before it acts.
 */
export async function perform(
  { deployers, dataDir, policyDir }: Performance,
  kind: 'apply' | 'undo',
  input: OperationInput,
  attendance: Attendance,
): Promise<PerformedOperation> {
  const startedAt = new Date().toISOString();
  const { releaseId, environment, component, isRehearsal } = input;
  const stepsBegin = endedByUndo({ releaseId, environment, service: component.service, isRehearsal });
  if (kind === 'undo') await Promise.all(stepsBegin.map((beginning) => cancelOperations(dataDir, beginning)));
  const here = await placeOf(dataDir);
  const before = (attendance.before as Begun | undefined)?.begunAt ?? input.begunAt;
  attendance.note({ begunAt: before ?? here } satisfies Begun);
  const effect = effectOf(input, { dataDir, policyDir });
  const end = await deployerOf(deployers, input.deploy)
    [kind](
      {
        ...effect,
        ...(before !== undefined && before !== here ? { isBegunElsewhere: true as const } : {}),
        ...(kind === 'undo' ? { stepsBegin } : {}),
      },
      attendance,
    )
    .catch(asEnd);
  attendance.leave.throwIfAborted();
  return { ...end, startedAt, endedAt: new Date().toISOString() };
}

/** An operation as deployers know it. */
export function effectOf(
  input: Pick<
    OperationInput,
    'operationId' | 'releaseId' | 'environment' | 'component' | 'deploy' | 'target'
  >,
  { dataDir, policyDir }: Pick<Performance, 'dataDir' | 'policyDir'>,
): Effect {
  const { previousDigest } = input.component;
  return {
    operationId: input.operationId,
    deploy: input.deploy,
    facts: factsOf(input),
    ...(previousDigest === undefined ? {} : { previousDigest }),
    policyDir,
    folder: operationFolder(dataDir, input.operationId),
  };
}

/** A known problem stops an effect before it begins (argument unsafe, secret missing, address refused): it did not happen. */
function asEnd(error: unknown): EffectEnd {
  if (!(error instanceof GantryError)) throw error;
  const { detail, remedy } = error.problem;
  return { outcome: 'failed', because: `${detail} ${remedy}`, stdout: '', stderr: '' };
}
