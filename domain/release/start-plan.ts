import { hasStarted } from './stage-started.ts';
import { startByOf } from '../calendar/judge.ts';
import { type Expected, notBefore, postponedUntil } from './postponed-start.ts';
import type { ReleaseView } from './release.ts';

/** When a release is to start in the last stage it goes to, as it is planned now; instants. */
export interface StartPlan {
  how: 'asSoonAsItMay' | 'nextSlot' | 'at';
  at?: string;
  /** Before this it has to start, or it expires: as it was asked for, or an hour after `at`. */
  startBy?: string;
  /** What the calendar expects: start and end of the deployment there. */
  expected?: Expected;
  environment: string;
}

/** Undefined while the stages are not known, and once the last one has started. */
export function startPlanOf(view: ReleaseView): StartPlan | undefined {
  const target = view.stages.at(-1);
  if (!target || hasStarted(target.state)) return undefined;
  const { at, next } = view.schedule ?? {};
  const startBy = startByOf(view.schedule);
  const predicted = target.calendar?.predicted;
  const expected = predicted && notBefore(predicted, postponedUntil(view.postponements));
  return {
    how: at === undefined ? (next ? 'nextSlot' : 'asSoonAsItMay') : 'at',
    ...(at === undefined ? {} : { at }),
    ...(startBy === undefined ? {} : { startBy: new Date(startBy).toISOString() }),
    ...(expected ? { expected } : {}),
    environment: target.environment,
  };
}
