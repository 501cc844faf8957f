import { alreadySo } from '../already-so.ts';
import type { NameOf } from './names.ts';
import type { HoldView, ReleaseView } from './release.ts';

/**
 * What somebody is told who pauses what is paused: by whom and why, and whether their own word came to anything. A person has one hold of a
 * release, with the reason that they gave first; holds of others stand beside it.
 * @param o.before holds when the command came in; `after`: those after it
 * @returns undefined where nobody had paused it, or a hold has gone meanwhile
 */
export function pausedAlready(
  o: { before: readonly HoldView[]; after: readonly HoldView[] },
  { person, reason, nameOf }: { person: string; reason?: string | undefined; nameOf: NameOf },
): string | undefined {
  const isBefore = (hold: HoldView): boolean =>
    hold.kind === 'person' && o.before.some(({ by, at }) => by === hold.by && at === hold.at);
  const standing = o.after.filter(isBefore);
  if (standing.length === 0) return undefined;
  const already = alreadySo('held', standing, nameOf);
  const own = standing.find(({ by }) => by === person);
  if (!own) return `${already} Your hold stands beside; one \`resume\` lifts all of them.`;
  if (reason === undefined || reason === own.reason) return `${already} Nothing has changed.`;
  return `${already} The hold keeps that reason; the one that you give now stands in the log alone. To pause it for that one, resume it first.`;
}

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
