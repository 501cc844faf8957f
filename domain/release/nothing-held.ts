import type { ReleaseView } from './release.ts';

type Held = Pick<ReleaseView, 'holds' | 'seq'>;

/**
 * What somebody is told who resumes what nothing holds.
 * @param before the release when the command came in; `after`: the release after it
 * @returns undefined where something held it, or something has happened to it meanwhile, which may have been a hold: more than the one entry
 *   that somebody asked for this
 */
export const nothingHeld = (before: Held, after: Held): string | undefined =>
  before.holds.length === 0 && after.holds.length === 0 && after.seq <= before.seq + 1
    ? 'Nothing held it, so there was nothing to resume. Nothing has changed.'
    : undefined;
