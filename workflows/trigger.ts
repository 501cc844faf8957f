import type { StagePlan } from '../domain/release/plan.ts';
import { mayGoBackByItself } from '../domain/watch/trigger.ts';
import type { StopCause } from './failures.ts';
import { noWayBack, wayBackShut } from './no-way-back.ts';
import type { ReleaseRun } from './run.ts';

/** Why people are asked, and what they can do. */
export interface Asked {
  because: string;
  answers: string;
}

/**
 * Why a failure on the way does not take the release back by itself (semantics §7): there is no way back, or it is a rollback, or was
 * measured too long ago; undefined where it does.
 */
export async function whyAsk(run: ReleaseRun, stage: StagePlan, stop: StopCause): Promise<Asked | undefined> {
  const shut = wayBackShut(run, stage);
  if (shut !== undefined)
    return {
      because: shut,
      answers: answersTo(stop, noWayBack(run, stage, true) !== undefined),
    };
  if (!run.isMended('a-rollback-is-never-rolled-back-by-itself')) return undefined;
  await run.recorder.written();
  // as `measuredAt` of the clocks outside, for time may be skipped in here
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
  return verdict.kind === 'allowed'
    ? undefined
    : {
        because: verdict.because,
        answers:
          stop.kind === 'rollBack'
            ? 'Roll it back by hand, abort it and leave what is there, or resume.'
            : 'Roll it back by hand, as resuming it does, or abort it and leave what is there.',
      };
}

/** What people can do where it does not go back by itself. Past a measurement it may go on, past a failed step it cannot. */
function answersTo({ kind }: StopCause, isShut: boolean): string {
  const leave = 'Abort it, leave what is there and release a version that mends it';
  const back = isShut ? '' : ', or roll it back if you know that the version before can run';
  const on = kind === 'rollBack' ? ', or resume with a reason' : '';
  return `${leave}${back}${on}.`;
}
