import { ApplicationFailure } from '@temporalio/common';
import { operationFolder, placeOf } from '../../platform/command/operations.ts';
import { GantryError } from '../../platform/errors.ts';
import type { Outgoing } from '../../platform/outgoing.ts';
import { attended } from '../attended.ts';
import { createCheckers } from '../checks/index.ts';
import { makeCheck } from '../checks/run-check.ts';
import type { RunnerActivities } from '../contract-runner.ts';
import { createDeployers } from '../deployers/index.ts';
import { perform } from '../deployers/perform.ts';
import { look } from '../deployers/probe.ts';
import { toFailure } from '../failures.ts';
import { fitted, fittedCheck } from './travel.ts';

export interface RunnerDeps {
  dataDir: string;
  outgoing: Outgoing;
  /** Folder that stands for the one of gantry.yaml: relative scripts and repositories are looked for there. */
  dir: string;
}

/**
 * All that a runner can do. It has no record and no policy: what it must know comes with the input, what it found goes back with
 * the answer, and secrets are those of its own surroundings.
 */
export function createRunnerActivities({ dataDir, outgoing, dir }: RunnerDeps): RunnerActivities {
  const performance = { deployers: createDeployers(outgoing), dataDir, policyDir: dir };
  const checkers = createCheckers(outgoing);
  return {
    operateHere: async ({ kind, input }) =>
      known(() =>
        attended(async (attendance) => {
          // told before it begins, whatever that costs: the next attempt may come to another machine of this name
          const before = attendance.before ?? { begunAt: input.begunAt ?? (await placeOf(dataDir)) };
          attendance.progress(before);
          const performed = await perform(performance, kind, input, attendance);
          await operationFolder(dataDir, input.operationId).settled();
          return fitted(performed);
        }),
      ),
    checkHere: async ({ input, git }) =>
      known(() =>
        attended(async (attendance) => {
          const place = { policyDir: dir, ...(git === undefined ? {} : { git }) };
          const made = await makeCheck({ checkers, dataDir }, input, place, attendance);
          await operationFolder(dataDir, made.id).settled();
          return fittedCheck(made);
        }),
      ),
    probeHere: async (input) =>
      known(() => attended(async (attendance) => look(performance, input, attendance))),
  };
}

/** A known problem leaves as a failure with its code and words. */
async function known<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof ApplicationFailure || !(error instanceof GantryError)) throw error;
    throw toFailure(error);
  }
}
