import { instantText } from '../instant-text.ts';
import { listOf } from '../list-of.ts';
import type { NameOf } from './names.ts';
import type { HoldView } from './release.ts';

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
  const whose = standing.map(
    ({ by, at, reason: why }) => `by ${nameOf(by)} since ${instantText(at)}: “${why}”`,
  );
  const already = `It is paused already, ${listOf(whose, 'and')}.`;
  const own = standing.find(({ by }) => by === person);
  if (!own) return `${already} Your hold stands beside; one \`resume\` lifts all of them.`;
  return reason === undefined || reason === own.reason
    ? `${already} Nothing has changed.`
    : `${already} Nothing has changed, and the reason that you give now is not recorded: resume it first to pause it for another.`;
}
