import { listOf } from '../../../domain/list-of.ts';
import { showInstant } from '../../../platform/instants.ts';
import type { Occasion } from '../occasion.ts';
import { measuredSections } from './measured.ts';
import { news } from './news.ts';

/**
 * The release stands still until somebody lifts the hold, says how to go on where an analysis could not tell, or lets it go on after a step
 * that its policy gives no end (`hold: manual`): that one is held by nobody, and is not called so.
 */
export const held = news({
  tag: ({ notice }) => (notice.occasion.startsWith('goOn/') ? 'Waits to go on' : 'Held'),
  act: 'Look at the release',
  then: (occasion) => [
    waysOn(occasion),
    ...occasion.release.holds.map(
      (hold) =>
        `${occasion.nameOf(hold.by)} holds it since ${showInstant(hold.at, occasion.zone)}: ${hold.reason}`,
    ),
  ],
  sections: measuredSections,
});

/** Only what is not refused: nobody resumes a quarantine or a freeze, and what has not begun is not rolled back. */
function waysOn({ release: { holds }, stage }: Occasion): string {
  const hasBegun = stage?.rollout.some(({ steps }) => steps.some(({ state }) => state !== 'pending'));
  const back = hasBegun ? ['roll it back'] : [];
  if (holds.some(({ kind }) => kind === 'quarantine'))
    return `It goes no further, and nobody can resume it. ${oneOf([...back, 'abort it', 'let two people lift the quarantine'])}`;
  if (holds.some(({ doubt }) => doubt))
    return 'It goes no further by itself. Extend its analysis, continue with a reason, or roll it back.';
  if (holds.length > 0 && holds.every(({ kind }) => kind === 'freeze'))
    return `It goes on by itself when the freeze ends. To change that: ${listOf(['override the freeze', ...back, 'abort it'], 'or')}.`;
  return `It goes no further by itself. ${oneOf([holds.length > 0 ? 'resume it' : 'let it go on', ...back, 'abort it'])}`;
}

/** `Roll it back, abort it or …`, as a sentence. */
function oneOf(ways: readonly string[]): string {
  const words = listOf(ways, 'or');
  return `${words.slice(0, 1).toUpperCase()}${words.slice(1)}.`;
}
