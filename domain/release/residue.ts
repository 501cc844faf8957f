import { isBack } from '../rollout/where.ts';
import { currentStage, type ReleaseView } from './release.ts';
import type { Residue } from './state.ts';
import { isUndoing } from './why-shut.ts';

/**
 * What is left of a release in its stage. The workflow says that of its end alone, and `none` until then: while it goes back, or is stuck on its way
 * back, what has not gone back may still stand there.
 */
export function residueNow(view: Pick<ReleaseView, 'state' | 'residue' | 'stages' | 'stage'>): Residue {
  if (!isUndoing(view)) return view.residue;
  const isLeft = currentStage(view)?.rollout.some((one) => one.compensation !== undefined && !isBack(one));
  return isLeft ? 'partial' : view.residue;
}

/** The view as everybody sees it, with what is left of it by now. */
export const withResidue = (view: ReleaseView): ReleaseView => ({ ...view, residue: residueNow(view) });
