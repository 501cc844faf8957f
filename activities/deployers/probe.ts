import { withoutStop } from '../../domain/full-stop.ts';
import type { Store } from '../../platform/database/open.ts';
import { GantryError } from '../../platform/errors.ts';
import type { Outgoing } from '../../platform/outgoing.ts';
import { rememberedPolicy } from '../../platform/record/remembered-policy.ts';
import type { Reading } from '../../domain/rollout/drift.ts';
import { attended, type Attendance } from '../attended.ts';
import type { Activities } from '../contract.ts';
import type { ProbeInput } from '../contract-runner.ts';
import { createDeployers, deployerOf } from './index.ts';
import { effectOf, type Performance } from './perform.ts';

/** The activity `probeComponent`: asks the deployer what really runs. A known problem is an answer: it cannot be told. */
export function createProbeComponent(deps: {
  store: Pick<Store, 'db'>;
  dataDir: string;
  outgoing: Outgoing;
}): Activities['probeComponent'] {
  const deployers = createDeployers(deps.outgoing);
  return async (input) =>
    attended(async (attendance) => {
      const policy = await rememberedPolicy(deps.store.db, input.policyDigest);
      return look({ deployers, dataDir: deps.dataDir, policyDir: policy.baseDir }, input, attendance);
    });
}

/** Looks once; needs no record. */
export async function look(
  performance: Performance,
  input: ProbeInput,
  attendance: Attendance,
): Promise<Reading> {
  const effect = effectOf(input, performance);
  try {
    return await deployerOf(performance.deployers, input.deploy).probe(effect, attendance);
  } catch (error) {
    if (!(error instanceof GantryError)) throw error;
    return { kind: 'unknown', because: withoutStop(error.problem.detail) };
  } finally {
    await effect.folder.settled();
  }
}
