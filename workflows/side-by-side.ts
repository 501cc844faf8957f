import { CancellationScope, condition } from '@temporalio/workflow';
import type { StagePlan } from '../domain/release/plan.ts';
import { nextToDeploy, type Deploying } from '../domain/rollout/side-by-side.ts';
import type { ReleaseRun } from './run.ts';
import { takeStep } from './take-step.ts';
import { Halted, wayOf, type Abreast } from './way.ts';

/**
 * Deploys the components of a stage side by side, as far as none depends on another and the limit leaves room. One that fails
 * stops the others: nothing more is begun, pauses and measurements end, and a step under way comes to its end; then the failure
 * is thrown. The first step of all goes alone, for the calendar may still shut before it.
 */
export async function deploySideBySide(
  run: ReleaseRun,
  stage: StagePlan,
  limit: number,
): Promise<'deployed' | 'shut'> {
  const abreast: Abreast = { isEntered: false, isHalted: false, pauses: new CancellationScope() };
  const jobs = stage.components.map(({ service, dependsOn }): Deploying => ({
    service,
    dependsOn,
    state: 'pending',
  }));
  const failures: unknown[] = [];
  const end = { isShut: false };

  const begin = async (job: Deploying): Promise<void> => {
    const component = stage.components.find(({ service }) => service === job.service);
    if (!component) throw new Error(`${job.service} is no component of this stage`);
    job.state = 'running';
    const way = wayOf(run, stage, component, abreast);
    try {
      for (const index of way.plan.steps.keys())
        if ((await takeStep(way, index)) === 'shut') {
          end.isShut = true;
          job.state = 'stopped';
          return;
        }
      job.state = 'done';
    } catch (error) {
      // what halting has cancelled is no failure of its own
      if (!(error instanceof Halted) && !abreast.isHalted) failures.push(error);
      job.state = 'stopped';
      abreast.isHalted = true;
      abreast.pauses.cancel();
    }
  };

  const runningNow = () => jobs.filter(({ state }) => state === 'running').length;
  for (;;) {
    const next = run.stopping ? [] : nextToDeploy(jobs, abreast.isEntered ? limit : 1);
    for (const job of jobs) if (next.includes(job.service)) void begin(job);
    const running = runningNow();
    if (running === 0) break;
    const { isEntered } = abreast;
    // not cancelled with the forward way: whatever runs is waited for
    await CancellationScope.nonCancellable(() =>
      condition(() => runningNow() < running || abreast.isEntered !== isEntered),
    );
  }
  run.leaveIfStopped();
  if (failures.length > 0) throw failures[0];
  return end.isShut ? 'shut' : 'deployed';
}
