import { Context } from '@temporalio/activity';
import type { Connection } from '@temporalio/client';
import type { Db, Store } from '../../platform/database/open.ts';
import { readRelease } from '../../platform/record/releases.ts';
import { noteRunner, runnerSeenAt } from '../../platform/record/runners.ts';
import { rememberedPolicy } from '../../platform/record/remembered-policy.ts';
import { saveCheckResult, saveOperationResult, type CheckResultRow } from '../../platform/record/results.ts';
import { runnerLastPolled, workersLastPolled } from '../../platform/temporal/runner-pollers.ts';
import { runnerWords } from '../../domain/rollout/runner-words.ts';
import { taskQueue } from '../../workflows/contract.ts';
import { checkResultId, checkResultOf, resultIdOf } from '../checks/run-check.ts';
import type { CheckInput } from '../contract.ts';
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
    async recordCheck(made, asked) {
      const foreign = await whyForeign(db, made, asked);
      if (foreign === undefined) return checkResultOf(await saveCheckResult(db, made));
      const { startedAt, endedAt } = made;
      return { outcome: 'error', summary: foreign, resultId: '', startedAt, endedAt };
    },
  };
}

/**
 * Why a result that a runner brought is not written down: whoever has a runner's credential answers for what that runner was asked, and for no
 * other release, environment, service, check or round, nor for an environment that workers with the record look after. The release asks the
 * runner of one environment at a time, so an answer for what was asked cannot be about the environment of another runner. Undefined where
 * nothing speaks against it.
 */
async function whyForeign(
  db: Db,
  made: CheckResultRow,
  asked: CheckInput | undefined,
): Promise<string | undefined> {
  const { workflowExecution } = Context.current().info;
  const view = await readRelease(db, made.releaseId);
  const isOfThisRelease = view !== undefined && view.workflowId === workflowExecution?.workflowId;
  if (!isOfThisRelease || !isAnswerTo(asked, made))
    return 'The runner answered with a result of something else than it was asked for; it was not written down.';
  const { policy } = await rememberedPolicy(db, view.policyDigest);
  const runner = policy.environments.find(({ id }) => id === made.environment)?.runner;
  return runner === undefined
    ? `A runner answered for ${made.environment}, which has none; that was not written down.`
    : undefined;
}

/** @param asked absent: workflow code of an older worker does not say what it asked for, and the result must only be what its id says */
const isAnswerTo = (asked: CheckInput | undefined, made: CheckResultRow): boolean =>
  made.id === checkResultId(made) &&
  (asked === undefined ||
    (made.id === resultIdOf(asked) &&
      made.releaseId === asked.releaseId &&
      made.environment === asked.environment &&
      made.service === asked.component.service &&
      made.checkId === asked.check.id &&
      made.round === asked.round));
