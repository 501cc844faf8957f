import { CancellationScope } from '@temporalio/workflow';
import type { StagePlan } from '../domain/release/plan.ts';
import type { ReleaseOrder } from '../domain/release/release.ts';
import { takePlaces } from './amend.ts';
import { listen } from './messages.ts';
import { reach } from './milestones.ts';
import { conclude, type ReleaseOutcome } from './phases/conclude.ts';
import { deploy } from './phases/deploy.ts';
import { observe } from './phases/observe.ts';
import { passGates } from './phases/pass-gates.ts';
import { plan } from './phases/plan.ts';
import { probe } from './phases/probe.ts';
import { recover } from './phases/recover.ts';
import { hasRehearsal, rehearse } from './phases/rehearse.ts';
import { verify } from './phases/verify.ts';
import { ReleaseRun } from './run.ts';
import { remindOfTasks } from './task-reminders.ts';

/** Takes one release through its stages in order, and concludes it however it ends. */
export async function release(order: ReleaseOrder): Promise<ReleaseOutcome> {
  const run = openRelease(order); // state, then handlers: a message may arrive before anything below
  try {
    await run.forward.run(() => goForward(run));
    reach(run, 'live');
    return await conclude(run, { state: 'succeeded', residue: 'none', because: 'all stages are finished' });
  } catch (cause) {
    return await recover(run, cause);
  }
}

async function goForward(run: ReleaseRun): Promise<void> {
  await plan(run);
  await takePlaces(run);
  reach(run, 'codeComplete');
  for (const { environment } of run.plan.stages) {
    await verify(run, run.stagePlan(environment));
    let stage = run.stagePlan(environment);
    do {
      stage = await passGates(run, stage);
      await probe(run, stage);
    } while (await turnedBack(run, stage)); // nothing was done yet: its gates are to be passed again
    await observe(run, stage);
  }
}

const turnedBack = async (run: ReleaseRun, stage: StagePlan): Promise<boolean> =>
  (hasRehearsal(stage) && (await rehearse(run, stage)) === 'shut') || (await deploy(run, stage)) === 'shut';

function openRelease(order: ReleaseOrder): ReleaseRun {
  const run = new ReleaseRun(order);
  listen(run);
  if (run.remindsOfTasks) void CancellationScope.nonCancellable(() => remindOfTasks(run));
  return run;
}
