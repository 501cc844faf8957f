import { sleep } from '@temporalio/workflow';
import { metricsDuring } from '../../domain/analysis/places.ts';
import { formatDuration } from '../../domain/policy/duration.ts';
import type { StagePlan } from '../../domain/release/plan.ts';
import { judge } from '../analysis.ts';
import { Stop } from '../failures.ts';
import { untilNotHeld } from '../holding.ts';
import { freeLock } from '../locks.ts';
import { deploymentChange } from '../operations.ts';
import type { ReleaseRun } from '../run.ts';
import { allOrCancel } from '../scopes.ts';

/** Watches the stage at full exposure for its soak time; then it is finished, and what it did stays. */
export async function observe(run: ReleaseRun, stage: StagePlan): Promise<void> {
  const view = run.stageView(stage);
  if (stage.watch) view.exposedAt = run.now;
  const metrics = metricsDuring(stage.analysis, 'soak', 100);
  const isSoaking = stage.soakMs > 0 || metrics.length > 0;
  if (isSoaking) {
    view.state = 'watching';
    view.soakUntil = new Date(Date.now() + stage.soakMs).toISOString();
    run.enter('watching');
    run.tell(
      'soak.started',
      stage.environment,
      `${run.title} soaks in ${stage.environment} for ${formatDuration(stage.soakMs)}.`,
    );
    if (metrics.length > 0) await judgeAll(run, stage, metrics);
    else
      await sleep(stage.soakMs, {
        summary: `soak ${run.title} in ${stage.environment} for ${formatDuration(stage.soakMs)}`,
      });
  }
  await untilNotHeld(run);
  run.leaveIfStopped(); // once finished, it stays
  finish(run, stage);
  await freeLock(run, stage);
}

/** Every component at once; the first that sends the release back stops the measuring of the others, and that is waited for. */
async function judgeAll(run: ReleaseRun, stage: StagePlan, metrics: StagePlan['analysis']): Promise<void> {
  const results = await allOrCancel(
    stage.components.map(
      (component) => () => judge(run, stage, component, { place: 'soak', durationMs: stage.soakMs, metrics }),
    ),
    () => false,
  );
  run.leaveIfStopped();
  const failures = results.flatMap((result) =>
    result.status === 'rejected' ? [result.reason as Error] : [],
  );
  const first = failures.find((failure) => failure instanceof Stop) ?? failures[0];
  if (first) throw first;
}

function finish(run: ReleaseRun, stage: StagePlan): void {
  const view = run.stageView(stage);
  view.state = 'finished';
  view.finishedAt = run.now;
  delete view.soakUntil;
  run.view.reached = stage.environment;
  run.compensations.forget();
  for (const component of stage.components)
    run.recorder.deployed(deploymentChange(run, stage, component, 'succeeded', 100));
  // lazy: the next stage or the end follows at once
  run.tell(
    'stage.finished',
    stage.environment,
    `${run.title} is finished in ${stage.environment}.`,
    {},
    true,
  );
}
