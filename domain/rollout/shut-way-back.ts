import { currentStage, type ReleaseView } from '../release/release.ts';
import { isBack } from './where.ts';

type Viewed = Pick<ReleaseView, 'stages' | 'stage'>;

/**
 * Why what a release has shipped to its stage can be taken back by nobody now: a version before could not run on the schema any more, or is
 * banned. Undefined where nothing says so.
 */
export const shutWayBack = (view: Viewed): string | undefined =>
  currentStage(view)?.rollout.find((one) => !isBack(one) && one.compensation?.shut !== undefined)
    ?.compensation?.shut;

/** Whether something of its stage has begun to be brought there, and was not taken back. */
export const hasShipped = (view: Viewed): boolean =>
  currentStage(view)?.rollout.some(
    (one) => !isBack(one) && one.steps.some(({ state }) => state !== 'pending'),
  ) ?? false;

/** How people end it now, the first that comes to mind first; none that would be refused. */
export function waysToEnd(view: Viewed): [string, ...string[]] {
  if (!hasShipped(view)) return ['abort it'];
  return shutWayBack(view) === undefined
    ? ['roll it back', 'abort it']
    : ['abort it and leave what is there'];
}
