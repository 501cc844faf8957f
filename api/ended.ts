import { onlyInRecordRemedy } from '../domain/release/close-command.ts';
import { releaseTitle, type ReleaseView } from '../domain/release/release.ts';
import { endedSentence } from '../domain/release/why-shut.ts';
import { isTerminal, stateWord } from '../domain/release/state.ts';
import { GantryError } from '../platform/errors.ts';
import { saying } from './saying.ts';

/** @throws RELEASE_ENDED for a release that nothing can move any more. */
export function refuseEnded(view: ReleaseView): void {
  if (isTerminal(view.state)) throw ended(view);
}

/** RELEASE_ENDED with how and when it ended; ENGINE_DISAGREES where the engine has none that runs, and the record has no end of it. */
export function ended(view: ReleaseView, cause?: unknown): GantryError {
  const release = releaseTitle(view.components);
  if (!isTerminal(view.state))
    return new GantryError(
      'ENGINE_DISAGREES',
      {
        detail: `the record calls ${release} open, and no workflow of it runs in Temporal`,
        fix: onlyInRecordRemedy(view.id),
      },
      { cause },
    );
  const state = stateWord(view.state);
  return saying(new GantryError('RELEASE_ENDED', { release, state }, { cause }), {
    detail: endedSentence(view, view.updatedAt),
  });
}
