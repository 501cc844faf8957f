import { isCancellation } from '@temporalio/workflow';
import type { CheckInput, CheckResult } from '../../activities/contract.ts';
import { durationMs, formatDuration } from '../../domain/policy/duration.ts';
import type { RunnableCheck } from '../../domain/policy/check.schema.ts';
import type { PlannedComponent, StagePlan } from '../../domain/release/plan.ts';
import { isWaived } from '../../domain/gates/checks/evaluate.ts';
import type { CheckView } from '../../domain/release/release.ts';
import { causeOf } from '../failures.ts';
import { runCheckAt, tryQuickly } from '../places.ts';
import type { ReleaseRun } from '../run.ts';
import { allOrCancel } from '../scopes.ts';

type Check = RunnableCheck;
interface Job {
  check: Check;
  component: PlannedComponent;
  view: CheckView;
}

/**
 * Runs the stage's checks side by side. The first hard failure cancels its siblings and waits for them; the gates then say
 * what is wrong, so this returns either way. `only` names the check to run again; none runs all that have not passed.
 */
export async function verify(run: ReleaseRun, stage: StagePlan, only?: { check?: string }): Promise<void> {
  const stageView = run.stageView(stage);
  run.view.stage = stage.environment;
  if (run.view.state === 'watching' || run.view.state === 'deploying') run.enter('gating'); // the stage before is finished
  const jobs = stage.components.flatMap((component) =>
    stage.checks.filter(isAskedOnce).flatMap((check) => {
      const view = stageView.checks.find(
        (candidate) => candidate.id === check.id && candidate.service === component.service,
      );
      const isAsked = only?.check ? check.id === only.check : view?.outcome !== 'passed';
      return view && isAsked ? [{ check, component, view }] : [];
    }),
  );
  if (!stageView.startedAt) {
    stageView.startedAt = run.now;
    run.tell('stage.started', stage.environment, `${run.title} enters ${stage.environment}.`, {}, true);
  }
  if (jobs.length === 0) return;
  stageView.state = 'verifying';
  for (const { view } of jobs) {
    view.outcome = 'running';
    view.round += 1;
    view.startedAt = run.now;
    view.summary = 'is running';
    delete view.endedAt;
  }
  run.tell(
    'check.started',
    stage.environment,
    `Checks of ${run.title} for ${stage.environment} have started: ${jobs.map(({ check }) => check.id).join(', ')}.`,
  );
  const isHard = ({ check, view }: Job, { outcome }: CheckResult) =>
    check.required && outcome === 'failed' && !isWaived(view, run.now);
  const quick = await tryQuickly(
    run,
    stage,
    jobs.map((job) => askedOf(run, stage, job)),
  );
  const results = await allOrCancel(
    jobs.map((job, index) => async () => ({ job, result: await runOne(run, stage, job, quick[index]) })),
    ({ job, result }) => result !== undefined && isHard(job, result),
  );
  for (const [index, result] of results.entries()) {
    const job = jobs[index];
    if (result.status === 'rejected' && job)
      settle(run, job, { outcome: 'cancelled', summary: 'was stopped because another check failed' });
  }
  run.leaveIfStopped();
}

/** Sampled checks are asked in the gate, rehearsals before the first step. */
const isAskedOnce = (check: StagePlan['checks'][number]): check is RunnableCheck =>
  check.kind !== 'rehearsal' && check.sample === undefined;

const askedOf = (run: ReleaseRun, stage: StagePlan, { check, component, view }: Job): CheckInput => ({
  releaseId: run.view.id,
  environment: stage.environment,
  component,
  check,
  round: view.round,
  policyDigest: run.order.policyDigest,
});

/** One check, or what a quick look has told of it; undefined where it was stopped. */
async function runOne(
  run: ReleaseRun,
  stage: StagePlan,
  job: Job,
  quick: CheckResult | undefined,
): Promise<CheckResult | undefined> {
  if (quick) {
    settle(run, job, quick);
    return quick;
  }
  const { check, component } = job;
  const timeoutMs = durationMs(check.timeout);
  const minutes = Math.ceil((timeoutMs * check.attempts) / 60_000) + 2;
  const summary = `check ${check.id} of ${component.service} ${component.version}, at most ${formatDuration(timeoutMs)}`;
  try {
    const result = await runCheckAt(run, stage, askedOf(run, stage, job), {
      summary,
      minutes,
      patience: Infinity,
    });
    settle(run, job, result);
    return result;
  } catch (error) {
    if (isCancellation(error)) throw error;
    settle(run, job, { outcome: 'error', summary: causeOf(error).because });
    return undefined;
  }
}

function settle(
  run: ReleaseRun,
  { check, component, view }: Job,
  result: Omit<Partial<CheckResult>, 'outcome'> & Pick<CheckView, 'outcome' | 'summary'>,
): void {
  view.outcome = result.outcome;
  view.summary = result.summary;
  view.endedAt = run.now;
  if (result.resultId) view.resultId = result.resultId;
  if (result.counts) view.counts = result.counts;
  if (result.findings) view.findings = result.findings;
  if (result.coverage) view.coverage = result.coverage;
  run.tell(
    'check.finished',
    `check ${check.id}`,
    `Check ${check.id} of ${component.service} ${component.version}: ${result.outcome}, ${result.summary}`,
    {
      facts: { outcome: result.outcome, ...(result.resultId ? { result: result.resultId } : {}) },
    },
  );
}
