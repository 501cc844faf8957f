import { isCancellation } from '@temporalio/workflow';
import type { AnalysisResult } from '../activities/contract.ts';
import { metricsDuring } from '../domain/analysis/places.ts';
import { formatDuration } from '../domain/policy/duration.ts';
import type { PlannedComponent, StagePlan } from '../domain/release/plan.ts';
import { goBackByItself } from './back-by-itself.ts';
import { failedStop, settleDoubt } from './doubt.ts';
import { causeOf, Stop } from './failures.ts';
import { untilNotHeld } from './holding.ts';
import { changes } from './proxies.ts';
import type { ReleaseRun } from './run.ts';
import type { Way } from './way.ts';

/** How long an unanswered doubt is held before the way back is taken (semantics §6.4). */
const doubtMs = 60 * 60_000;

/** What is measured of one component at one place in its release. */
interface Analysed {
  place: string;
  durationMs: number;
  metrics: StagePlan['analysis'];
  /** When an analysis began that was cut short and is concluded now. */
  since?: string;
}

/**
 * Judges what runs before anything is changed, where metrics say so: each is measured once. In trouble nothing begins, and
 * what other components have done of the release goes back.
 */
export async function judgeBefore({ run, stage, component }: Way): Promise<void> {
  const metrics = metricsDuring(stage.analysis, 'before', 0);
  await judge(run, stage, component, { place: 'before', durationMs: 0, metrics });
  run.leaveIfStopped();
}

export const isJudgedBefore = (stage: StagePlan): boolean =>
  metricsDuring(stage.analysis, 'before', 0).length > 0;

/** Measures one component for a while and acts on the verdict: on, back, or hold and ask. Doubt never goes on by itself. */
export async function judge(
  run: ReleaseRun,
  stage: StagePlan,
  component: PlannedComponent,
  of: Analysed,
): Promise<void> {
  const { place, metrics } = of;
  const measured = async (what: Analysed): Promise<AnalysisResult> => {
    const result = await measure(run, stage, component, what);
    show(run, stage, component, of.place, result);
    return result;
  };
  const measureFor = async (durationMs: number): Promise<AnalysisResult> =>
    measured({ place, metrics, durationMs });
  const result = await measured(of);
  if (result.phase === 'passed') return;
  if (result.phase === 'failed' && stage.autoRollback) {
    const stop = failedStop(result);
    if (of.place === 'before' && !run.compensations.isBegun)
      throw new Stop({ kind: 'failed', because: `nothing was deployed: ${stop.because}` });
    return goBackByItself(run, stage, stop);
  }
  if (stage.doubt) {
    const { durationMs } = of;
    const judged = { stage, component, place, metrics, durationMs, measure: measureFor };
    return settleDoubt(run, judged, result);
  }
  await holdFor(run, stage, component, of.place, result);
}

/** Writes down what an analysis came to, and shows it on the page. */
function show(
  run: ReleaseRun,
  stage: StagePlan,
  component: PlannedComponent,
  place: string,
  result: AnalysisResult,
): void {
  const rollout = run.stageView(stage).rollout.find((candidate) => candidate.service === component.service);
  if (rollout) rollout.metrics = result.metrics;
  if (place === 'soak') {
    const { service } = component;
    const measured = result.metrics.map((metric) => ({ ...metric, service }));
    run.stageView(stage).soak = [...run.stageView(stage).soak, ...measured];
  }
  run.tell(
    'analysis.finished',
    component.service,
    `${component.service} ${component.version} in ${stage.environment}, ${place}: ${result.phase}. ${result.because}`,
    {
      facts: {
        environment: stage.environment,
        place,
        phase: result.phase,
        metrics: Object.fromEntries(
          result.metrics.map((metric) => [
            metric.id,
            { phase: metric.phase, measurements: metric.measurements, because: metric.because },
          ]),
        ),
      },
    },
  );
}

/** What releases do that were planned before a doubt could be extended: hold, then back. */
async function holdFor(
  run: ReleaseRun,
  stage: StagePlan,
  component: PlannedComponent,
  place: string,
  result: AnalysisResult,
): Promise<void> {
  const until = new Date(Date.now() + doubtMs).toISOString();
  run.hold({
    by: 'gantry',
    reason: `analysis is ${result.phase}: ${result.because}`,
    kind: 'analysis',
    ...(result.phase === 'failed' ? {} : { until }),
  });
  run.notify({
    occasion: `held/${stage.environment}/${component.service}/${place}/${run.view.seq}`,
    kind: 'held',
    to: [...run.audience, ...run.plan.onCall],
    environment: stage.environment,
    sentence: `${run.title} is held in ${stage.environment}: analysis is ${result.phase}. ${result.because}`,
  });
  await untilNotHeld(run);
}

async function measure(
  run: ReleaseRun,
  stage: StagePlan,
  component: PlannedComponent,
  of: Analysed,
): Promise<AnalysisResult> {
  const rollout = run.stageView(stage).rollout.find((candidate) => candidate.service === component.service);
  const weight = rollout?.exposure ?? 0;
  const exposedAt = rollout?.steps[0]?.startedAt;
  const summary = `analyse ${component.service} ${component.version} in ${stage.environment}, ${of.place}, ${formatDuration(of.durationMs)}`;
  const minutes = Math.ceil(of.durationMs / 60_000) + 15;
  try {
    return await changes(minutes).analyse.executeWithOptions({ summary }, [
      {
        releaseId: run.view.id,
        environment: stage.environment,
        component,
        at: of.place,
        weight,
        ...(exposedAt === undefined ? {} : { exposedAt }),
        metrics: of.metrics,
        durationMs: of.durationMs,
        ...(of.since === undefined ? {} : { since: of.since }),
        policyDigest: run.order.policyDigest,
      },
    ]);
  } catch (error) {
    if (isCancellation(error)) throw error;
    return { phase: 'error', because: causeOf(error).because, metrics: [], endedAt: run.now };
  }
}
