import { listOf } from '../../../domain/list-of.ts';
import { waysToEnd } from '../../../domain/rollout/shut-way-back.ts';
import { sentence } from '../../../domain/policy/words.ts';
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
function waysOn({ release }: Occasion): string {
  const { holds } = release;
  const ends = waysToEnd(release);
  if (holds.some(({ kind }) => kind === 'quarantine'))
    return `It goes no further, and nobody can resume it. ${sentence(listOf([...ends, 'let two people lift the quarantine'], 'or'))}`;
  if (holds.some(({ doubt }) => doubt))
    return `It goes no further by itself. Extend its analysis, continue with a reason, or ${ends[0]}.`;
  if (holds.length > 0 && holds.every(({ kind }) => kind === 'freeze'))
    return `It goes on by itself when the freeze ends. To change that: ${listOf(['override the freeze', ...ends], 'or')}.`;
  return `It goes no further by itself. ${sentence(listOf([holds.length > 0 ? 'resume it' : 'let it go on', ...ends], 'or'))}`;
}
