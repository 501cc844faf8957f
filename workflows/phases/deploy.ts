import type { StagePlan } from '../../domain/release/plan.ts';
import { watchCalendar } from '../calendar.ts';
import type { ReleaseRun } from '../run.ts';
import { deploySideBySide } from '../side-by-side.ts';
import { takeStep } from '../take-step.ts';
import { wayOf } from '../way.ts';

/**
 * Brings the stage's components out in dependency order, step by step, with analysis between the steps. `shut` where the
 * calendar came to shut before anything was done: then the environment is given back, and its gates are to be passed again.
 */
export async function deploy(run: ReleaseRun, stage: StagePlan): Promise<'deployed' | 'shut'> {
  run.stageView(stage).state = 'deploying';
  run.enter('deploying');
  const watch = watchCalendar(run, stage);
  try {
    const { parallel = 1 } = stage;
    const end = parallel > 1 ? await deploySideBySide(run, stage, parallel) : await deployInTurn(run, stage);
    if (end === 'shut') return 'shut';
  } finally {
    watch.stop();
  }
  run.leaveIfStopped();
  return 'deployed';
}

async function deployInTurn(run: ReleaseRun, stage: StagePlan): Promise<'deployed' | 'shut'> {
  for (const component of stage.components) {
    const way = wayOf(run, stage, component);
    for (const index of way.plan.steps.keys()) if ((await takeStep(way, index)) === 'shut') return 'shut';
  }
  return 'deployed';
}
