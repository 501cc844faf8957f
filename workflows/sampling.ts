import { withoutStop } from '../domain/full-stop.ts';
import { CancellationScope, isCancellation, sleep } from '@temporalio/workflow';
import { isWaived } from '../domain/gates/checks/evaluate.ts';
import { addSample, evaluateSampling, nextSampleAt, type Sample } from '../domain/gates/sampling/evaluate.ts';
import { durationMs, formatDuration } from '../domain/policy/duration.ts';
import type { RunnableCheck } from '../domain/policy/check.schema.ts';
import type { PlannedComponent, StagePlan } from '../domain/release/plan.ts';
import type { CheckView } from '../domain/release/release.ts';
import { causeOf } from './failures.ts';
import { runCheckAt } from './places.ts';
import type { ReleaseRun } from './run.ts';

interface Job {
  check: RunnableCheck;
  component: PlannedComponent;
  view: CheckView;
}

/**
 * Asks the stage's sampled checks beside the story, from now on until all were good for long enough or the time is over.
 * A gate that is opened anew begins anew. Ends when it is stopped.
 */
export function startSampling(run: ReleaseRun, stage: StagePlan): { stop: () => void } {
  if (!stage.gates?.sampling) return { stop: () => undefined };
  run.stageView(stage).sampling = { openedAt: run.now, taken: 0 };
  const scope = new CancellationScope();
  void scope.run(() => sampleUntilDecided(run, stage)).catch(ignoreCancellation);
  return { stop: () => scope.cancel() };
}

async function sampleUntilDecided(run: ReleaseRun, stage: StagePlan): Promise<void> {
  const settings = stage.gates?.sampling;
  const view = run.stageView(stage);
  for (;;) {
    if (!settings || !view.sampling) return;
    const next = nextSampleAt(settings, view.sampling);
    const endsAt = Date.parse(view.sampling.openedAt) + settings.timeoutMs;
    const waitMs = (next ?? endsAt) - Date.now();
    if (waitMs > 0) await sleep(waitMs, { summary: `samples for ${stage.environment}` });
    if (next === undefined) {
      run.touch();
      return;
    }
    const before = view.sampling.last;
    const sample = await takeSample(run, stage, next);
    view.sampling = addSample(view.sampling, sample);
    if (before?.isGood !== sample.isGood) tellSample(run, stage, sample);
    run.touch();
    run.refresh();
    if (evaluateSampling(settings, view.sampling, run.now).phase === 'open') return;
  }
}

/** All checks at once: a sample is good where every one of them is, in this very sample. */
async function takeSample(run: ReleaseRun, stage: StagePlan, dueMs: number): Promise<Sample> {
  const jobs = jobsOf(run, stage);
  await Promise.all(jobs.map((job) => askOne(run, stage, job, dueMs)));
  const bad = jobs.find(({ view }) => view.required && view.outcome !== 'passed' && !isWaived(view, run.now));
  const at = new Date(dueMs).toISOString();
  if (!bad) return { at, isGood: true };
  const { id, service, outcome, summary } = bad.view;
  return { at, isGood: false, because: `${id} of ${service} ${outcome}: ${withoutStop(summary)}` };
}

async function askOne(
  run: ReleaseRun,
  stage: StagePlan,
  { check, component, view }: Job,
  dueMs: number,
): Promise<void> {
  const intervalMs = stage.gates?.sampling?.intervalMs ?? 0;
  const timeoutMs = Math.min(durationMs(check.timeout), intervalMs);
  view.round += 1;
  view.startedAt = run.now;
  const outcome = await answerOf(run, stage, { check, component, view }, timeoutMs);
  const isLate = Date.now() - dueMs > intervalMs;
  view.outcome = isLate ? 'error' : outcome.outcome;
  view.summary = isLate ? `answered later than the next sample is due` : outcome.summary;
  view.endedAt = run.now;
  if (outcome.resultId) view.resultId = outcome.resultId;
}

async function answerOf(
  run: ReleaseRun,
  stage: StagePlan,
  { check, component, view }: Job,
  timeoutMs: number,
): Promise<{ outcome: CheckView['outcome']; summary: string; resultId?: string }> {
  const minutes = Math.ceil(timeoutMs / 60_000) + 1;
  const summary = `sample ${check.id} of ${component.service} ${component.version}, at most ${formatDuration(timeoutMs)}`;
  try {
    const asked = {
      releaseId: run.view.id,
      environment: stage.environment,
      component,
      check: { ...check, timeout: `${Math.max(1, Math.floor(timeoutMs / 1000))}s`, attempts: 1 },
      round: view.round,
      policyDigest: run.order.policyDigest,
    };
    // a sample that nobody takes is a bad one: the next is due soon
    return await runCheckAt(run, stage, asked, { summary, minutes, patience: 1 });
  } catch (error) {
    if (isCancellation(error)) throw error;
    return { outcome: 'error', summary: causeOf(error).because };
  }
}

const jobsOf = (run: ReleaseRun, stage: StagePlan): Job[] =>
  stage.components.flatMap((component) =>
    stage.checks.flatMap((check) => {
      if (check.kind === 'rehearsal' || !check.sample) return [];
      const view = run
        .stageView(stage)
        .checks.find((one) => one.id === check.id && one.service === component.service);
      return view ? [{ check, component, view }] : [];
    }),
  );

function tellSample(run: ReleaseRun, stage: StagePlan, { isGood, because }: Sample): void {
  const sentence = isGood
    ? `All sampled checks of ${run.title} are good for ${stage.environment}.`
    : `Sampled checks of ${run.title} are not good for ${stage.environment}: ${because ?? ''}.`;
  run.tell('check.sampled', stage.environment, sentence, { facts: { isGood } });
}

function ignoreCancellation(error: unknown): void {
  if (!isCancellation(error)) throw error;
}
