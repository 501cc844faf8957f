import { currentStage, type ReleaseView } from '../release/release.ts';

type Viewed = Pick<ReleaseView, 'stages' | 'stage'>;

/**
 * Why what a release has shipped to its stage can be taken back by nobody: a version before could not run on the schema any more. Undefined where
 * nothing says so; a ban on what it would go back to is looked up when somebody asks for it.
 */
export const shutWayBack = (view: Viewed): string | undefined =>
  currentStage(view)?.rollout.find(
    ({ compensation }) => compensation?.state !== 'notNeeded' && compensation?.shut !== undefined,
  )?.compensation?.shut;

/** How people end what has begun, the first that comes to mind first; none that would be refused. */
export const waysToEnd = (view: Viewed): [string, ...string[]] =>
  shutWayBack(view) === undefined ? ['roll it back', 'abort it'] : ['abort it and leave what is there'];
