import type { StagePlan } from '../domain/release/plan.ts';
import { mayGoBackByItself } from '../domain/watch/trigger.ts';
import type { StopCause } from './failures.ts';
import type { ReleaseRun } from './run.ts';

/**
 * Why a failure on the way does not take the release back by itself (semantics §7, "Automatic trigger"): it is a rollback, or was
 * measured too long ago; undefined where it does. Both instants are of the clocks outside, for time may be skipped in here.
 */
export async function whyAsk(
  run: ReleaseRun,
  stage: StagePlan,
  stop: StopCause,
): Promise<string | undefined> {
  if (!run.isMended('a-rollback-is-never-rolled-back-by-itself')) return undefined;
  await run.recorder.written();
  const now = run.recorder.reading?.at ?? run.now;
  const verdict = mayGoBackByItself(
    {
      title: run.title,
      environment: stage.environment,
      isRollback: stage.components.some(({ mode }) => mode === 'rollback'),
      measuredAt: stop.measuredAt ?? now,
      hasTriggered: false,
    },
    now,
    run.plan.onCall,
  );
  return verdict.kind === 'allowed' ? undefined : verdict.because;
}
