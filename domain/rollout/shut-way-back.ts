import { currentStage, type ReleaseView } from '../release/release.ts';

/**
 * Why what a release has shipped to its stage can be taken back by nobody: a version before could not run on the schema any more. Undefined where
 * nothing says so; a ban on what it would go back to is looked up when somebody asks for it.
 */
export const shutWayBack = (view: Pick<ReleaseView, 'stages' | 'stage'>): string | undefined =>
  currentStage(view)
    ?.rollout.map(({ compensation }) =>
      compensation?.state === 'notNeeded' ? undefined : compensation?.shut,
    )
    .find((shut) => shut !== undefined);
