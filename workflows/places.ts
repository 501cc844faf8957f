import { CancellationScope, isCancellation, proxyActivities } from '@temporalio/workflow';
import { ActivityFailure, TimeoutFailure } from '@temporalio/common';
import type { CheckInput, CheckResult, OperationInput, OperationResult } from '../activities/contract.ts';
import type { ProbeInput, RunnerActivities, RunnerMet } from '../activities/contract-runner.ts';
import { isQuick } from '../domain/gates/checks/quick.ts';
import { listOf } from '../domain/list-of.ts';
import type { StagePlan } from '../domain/release/plan.ts';
import type { Reading } from '../domain/rollout/drift.ts';
import { runnerQueue } from '../domain/rollout/runner-queue.ts';
import { changes, checks, glances, looks, record } from './proxies.ts';
import type { ReleaseRun } from './run.ts';

// Where a stage's work is done: by any worker, or by the runner that its environment names. A runner has no record, so what it
// did is written down here, by an ordinary worker.

/** `minutes` bounds one attempt. */
interface Work {
  summary: string;
  minutes: number;
}

/** Applies a step, or undoes a component. */
export async function operate(
  run: ReleaseRun,
  stage: StagePlan,
  kind: 'apply' | 'undo',
  input: OperationInput,
  { summary, minutes }: Work,
): Promise<OperationResult> {
  if (stage.runner === undefined) {
    const proxy = changes(minutes);
    return (kind === 'apply' ? proxy.applyStep : proxy.undoComponent).executeWithOptions({ summary }, [
      input,
    ]);
  }
  const { service } = input.component;
  const performed = await atRunner(run, stage, { service, summary, minutes }, (runner, { begunAt }) =>
    runner.operateHere.executeWithOptions({ summary }, [
      { kind, input: begunAt === undefined ? input : { ...input, begunAt } },
    ]),
  );
  return keep(run, () => record.recordOperation({ kind, input, performed }));
}

/**
 * A quick first try, together, of checks that only read; in the order of `inputs`, undefined where it did not tell. From a runner's
 * environment nothing is asked here.
 */
export async function tryQuickly(
  run: ReleaseRun,
  stage: StagePlan,
  inputs: CheckInput[],
): Promise<(CheckResult | undefined)[]> {
  const quick = inputs.filter(({ check }) => isQuick(check));
  if (quick.length === 0 || stage.runner !== undefined || !run.looksQuickly)
    return inputs.map(() => undefined);
  const summary = `a first try of ${listOf([...new Set(quick.map(({ check }) => check.id))], 'and')}`;
  try {
    const told = await run.recorder.alone(() =>
      glances.makeQuickChecks.executeWithOptions({ summary }, [{ checks: quick }]),
    );
    return inputs.map((input) => told[quick.indexOf(input)] ?? undefined);
  } catch (error) {
    // What follows meets the same, and says so.
    if (error instanceof ActivityFailure || isCancellation(error)) return inputs.map(() => undefined);
    throw error;
  }
}

/** Makes one round of a check. `patience`: how often a runner that is not there is waited for before that is the answer. */
export async function runCheckAt(
  run: ReleaseRun,
  stage: StagePlan,
  input: CheckInput,
  { summary, minutes, patience }: Work & { patience: number },
): Promise<CheckResult> {
  if (stage.runner === undefined) return checks(minutes).runCheck.executeWithOptions({ summary }, [input]);
  const { service } = input.component;
  const made = await atRunner(run, stage, { service, summary, minutes, patience }, (runner, { git }) =>
    runner.checkHere.executeWithOptions({ summary }, [{ input, ...(git === undefined ? {} : { git }) }]),
  );
  return keep(run, () => record.recordCheck(made, input));
}

/** Looks what really runs. `patience`: how often a runner that is not there is waited for; absent: until it is. */
export async function probeAt(
  run: ReleaseRun,
  stage: StagePlan,
  input: ProbeInput,
  { summary, patience }: Pick<Work, 'summary'> & { patience?: number },
): Promise<Reading> {
  if (stage.runner === undefined) return looks.probeComponent.executeWithOptions({ summary }, [input]);
  const { service } = input.component;
  const work = { service, summary, minutes: 2, ...(patience === undefined ? {} : { patience }) };
  return atRunner(run, stage, work, (runner) => runner.probeHere.executeWithOptions({ summary }, [input]));
}

/** Minutes that one step or undo may take: the configured time-out, and a little for the wrapper to end it. */
export const stepMinutes = (stage: StagePlan): number => Math.ceil(stage.deployTimeoutMs / 60_000) + 2;

/** What has happened is written down, also where the release is ended meanwhile; one row at a time, as all of the record. */
const keep = <T>(run: ReleaseRun, write: () => Promise<T>): Promise<T> =>
  CancellationScope.nonCancellable(() => run.recorder.alone(write));

interface RunnerWork extends Work {
  service: string;
  patience?: number;
}
interface Told extends Pick<RunnerMet, 'git'> {
  begunAt?: string;
}

const firstPatienceSeconds = 30;
const longestPatienceSeconds = 300;

/**
 * Has a runner do something. Where none of that name is there, the release says so at once and goes on by itself when one comes;
 * meanwhile the work is offered again and again, for what nobody has taken has certainly not begun.
 */
async function atRunner<T>(
  run: ReleaseRun,
  stage: StagePlan,
  { service, minutes, patience = Infinity }: RunnerWork,
  call: (runner: ReturnType<typeof offer>, told: Told) => Promise<T>,
): Promise<T> {
  const name = stage.runner ?? '';
  let begunAt: string | undefined;
  let seconds = firstPatienceSeconds;
  for (let offers = 1; ; offers += 1) {
    const met = await run.recorder.alone(() =>
      record.meetRunner({ runner: name, policyDigest: run.order.policyDigest, service }),
    );
    if (!met.isThere) miss(run, stage, name, met.because);
    try {
      const told = { ...met, ...(begunAt === undefined ? {} : { begunAt }) };
      const answer = await call(offer(name, { minutes, seconds }), told);
      find(run, stage, name);
      return answer;
    } catch (error) {
      const untaken = untakenOf(error);
      if (!untaken) delete run.stageView(stage).missingRunner; // stopped, or a runner took it: nothing is waited for
      if (!untaken || offers >= patience) throw error;
      begunAt = (untaken.lastHeartbeatDetails as { begunAt?: string } | undefined)?.begunAt ?? begunAt;
      seconds = Math.min(2 * seconds, longestPatienceSeconds);
    }
  }
}

const offer = (name: string, { minutes, seconds }: { minutes: number; seconds: number }) =>
  proxyActivities<RunnerActivities>({
    taskQueue: runnerQueue(name),
    scheduleToStartTimeout: `${seconds}s`,
    startToCloseTimeout: `${minutes}m`,
    heartbeatTimeout: '20s',
    cancellationType: 'WAIT_CANCELLATION_COMPLETED',
    retry: { initialInterval: '500ms', maximumAttempts: 10 },
  });

/** The failure of work that no runner has taken in time. */
function untakenOf(error: unknown): TimeoutFailure | undefined {
  if (!(error instanceof ActivityFailure)) return undefined;
  const { cause } = error;
  return cause instanceof TimeoutFailure && cause.timeoutType === 'SCHEDULE_TO_START' ? cause : undefined;
}

function miss(run: ReleaseRun, stage: StagePlan, name: string, because: string): void {
  const view = run.stageView(stage);
  const since = view.missingRunner?.since ?? run.now;
  const isNew = view.missingRunner === undefined;
  view.missingRunner = { name, since, because };
  run.refresh();
  if (!isNew) return;
  run.tell('runner.missing', `runner ${name}`, `${run.title} waits in ${stage.environment}: ${because}`);
  run.notify({
    occasion: `runner/${name}/${stage.environment}/${run.view.seq}`,
    kind: 'needsPerson',
    to: [...run.plan.onCall, ...run.audience],
    environment: stage.environment,
    sentence: `${run.title} waits in ${stage.environment}: ${because}`,
  });
}

function find(run: ReleaseRun, stage: StagePlan, name: string): void {
  const view = run.stageView(stage);
  if (view.missingRunner === undefined) return;
  delete view.missingRunner;
  run.tell('runner.back', `runner ${name}`, `Runner ${name} is there again and works for ${run.title}.`);
}
