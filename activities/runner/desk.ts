import type { Connection } from '@temporalio/client';
import type { Store } from '../../platform/database/open.ts';
import { noteRunner, runnerSeenAt } from '../../platform/record/runners.ts';
import { rememberedPolicy } from '../../platform/record/remembered-policy.ts';
import { saveCheckResult, saveOperationResult } from '../../platform/record/results.ts';
import { runnerLastPolled, workersLastPolled } from '../../platform/temporal/runner-pollers.ts';
import { runnerWords } from '../../domain/rollout/runner-words.ts';
import { taskQueue } from '../../workflows/contract.ts';
import { checkResultOf } from '../checks/run-check.ts';
import type { RunnerDesk } from '../contract-runner.ts';
import { operationPlace, resultOf } from '../deployers/operate.ts';

export interface DeskDeps {
  store: Pick<Store, 'db'>;
  config: { temporal: { namespace: string } };
  temporal: { connection: Connection };
}

/** What ordinary workers do for runners, which have no record: tell whether one is there, and write down what it did. */
export function createRunnerDesk({
  store: { db },
  config,
  temporal,
}: DeskDeps): Omit<RunnerDesk, 'probeComponent'> {
  return {
    async meetRunner({ runner, policyDigest, service }) {
      const stored = await rememberedPolicy(db, policyDigest);
      const git = stored.policy.services.find(({ id }) => id === service)?.source?.git;
      const engine = [temporal.connection, config.temporal.namespace] as const;
      const [polledAt, workersAt] = await Promise.all([
        runnerLastPolled(...engine, runner),
        workersLastPolled(...engine, taskQueue),
      ]);
      if (polledAt) await noteRunner(db, runner, polledAt);
      const seenAt = polledAt ?? (await runnerSeenAt(db, runner));
      return {
        ...runnerWords(runner, seenAt, { workersAt, here: new Date() }),
        ...(git === undefined ? {} : { git }),
      };
    },
    async recordOperation({ kind, input, performed }) {
      await saveOperationResult(db, { ...operationPlace(input, kind), ...performed });
      return resultOf(input, performed);
    },
    async recordCheck(made) {
      return checkResultOf(await saveCheckResult(db, made));
    },
  };
}
