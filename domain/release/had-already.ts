import { nothingCameOfIt } from '../already-so.ts';
import { instantText } from '../instant-text.ts';
import { advancing, skippedAlready, type Advance } from '../rollout/skip.ts';
import type { NameOf } from './names.ts';
import { currentStage, type ReleaseView } from './release.ts';
import { isTerminal, stateWord } from './state.ts';

/** A command whose repetition can be told from another one: its effect shows in the release. */
export type OnceOnly =
  { name: 'rollBack' } | { name: 'abort'; leave: boolean } | ({ name: 'advance' } & Advance);

/**
 * What somebody is told whose command has had its effect already, as whoever pauses twice is; undefined where it has not, or where that is not
 * known: then it is given, or refused as ever.
 * @param o.reason the reason given now, which is not recorded
 */
export function hadAlready(
  view: ReleaseView,
  what: OnceOnly,
  o: { reason: string | undefined; nameOf: NameOf },
): string | undefined {
  const already = what.name === 'advance' ? goesOn(view, what, o.nameOf) : endedSo(view, what);
  if (already === undefined) return undefined;
  return `${already} ${nothingCameOfIt({}, { given: o.reason })}`;
}

function endedSo(view: ReleaseView, what: Exclude<OnceOnly, { name: 'advance' }>): string | undefined {
  if (!isTerminal(view.state) || !hasItsEffect(view, what)) return undefined;
  const since = view.ended ? `, since ${instantText(view.ended.at)}` : '';
  return `It is ${stateWord(view.state)} already${since}.`;
}

/** What was aborted in another way, undone or left, is not what is asked for. */
function hasItsEffect(
  { state, residue }: ReleaseView,
  what: Exclude<OnceOnly, { name: 'advance' }>,
): boolean {
  if (what.name === 'rollBack') return state === 'rolledBack';
  if (state === 'cancelled') return true;
  if (state !== 'aborted') return false;
  return what.leave ? residue === 'left' : residue === 'restored' || residue === 'none';
}

function goesOn(view: ReleaseView, what: Advance, nameOf: NameOf): string | undefined {
  const rollouts = currentStage(view)?.rollout ?? [];
  if (view.state !== 'deploying' || view.holds.length > 0 || advancing(rollouts, what).length > 0)
    return undefined;
  const word = skippedAlready(rollouts, what);
  return (
    word &&
    `It goes on already: ${nameOf(word.by)} skipped its pause ${instantText(word.at)}: “${word.reason}”.`
  );
}
