import { undoAction } from '../domain/rollout/undo.ts';
import { causeOf } from './failures.ts';
import { operation } from './operations.ts';
import { operate, stepMinutes } from './places.ts';
import { undoTargets } from './undo-targets.ts';
import type { Way } from './way.ts';

/** The real undo or one that is tried out; `step` tells its attempts apart, and `round` rehearsals. */
interface UndoOf {
  kind: 'undo' | 'rehearsalUndo';
  step: number;
  round?: number;
}

/** Takes back what a component's rollout has touched, once, as a whole or target by target; how it ended, in words. */
export async function undoRollout(
  { run, stage, component, rollout }: Omit<Way, 'plan'>,
  { kind, step, round }: UndoOf,
): Promise<{ done: boolean; because: string }> {
  const summary = `${kind === 'undo' ? '' : 'rehearsal: '}undo ${component.service} ${component.version} in ${stage.environment}`;
  const action = undoAction(rollout.steps);
  const again = round === undefined ? {} : { round };
  const of = { kind, step, ...again, weight: 0, summary, ...(action === undefined ? {} : { action }) };
  const minutes = stepMinutes(stage);
  if (rollout.targets)
    return undoTargets(
      rollout,
      () => run.now,
      (target) => {
        const input = operation(run, stage, component, { ...of, target });
        return operate(run, stage, 'undo', input, { summary: `${summary} on ${target}`, minutes });
      },
    );
  const input = operation(run, stage, component, of);
  try {
    const result = await operate(run, stage, 'undo', input, { summary, minutes });
    return { done: result.outcome === 'done', because: result.because };
  } catch (error) {
    return { done: false, because: causeOf(error).because };
  }
}
