import { releaseTitle, type ReleaseView } from '../domain/release/release.ts';
import { isTerminal, stateWord } from '../domain/release/state.ts';
import { GantryError } from '../platform/errors.ts';

/** @throws RELEASE_ENDED for a release that nothing can move any more. */
export function refuseEnded(view: ReleaseView): void {
  if (isTerminal(view.state)) throw new GantryError('RELEASE_ENDED', endedFacts(view));
}

/** Facts for the sentence "shop 1.4.0 ended as succeeded at …; start a new release". */
export function endedFacts(view: ReleaseView): Record<string, string> {
  const release = releaseTitle(view.components);
  const state = stateWord(view.state);
  const at = view.ended?.at ?? view.updatedAt;
  return {
    release,
    id: view.id,
    state,
    at,
    detail: `${release} ended as ${state} at ${at}; start a new release`,
  };
}
