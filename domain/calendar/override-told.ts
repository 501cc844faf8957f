import { alreadySo, nothingCameOfIt } from '../already-so.ts';
import { instantText } from '../instant-text.ts';
import type { NameOf } from '../release/names.ts';
import type { CalendarOverride } from './model.ts';

/**
 * What somebody is told who lets a release pass what it may pass already, or what somebody has asked for already: by whose override,
 * until when, and that theirs takes nothing of a budget and is not recorded.
 * @param o.given the reason given now
 * @param o.isAsked the standing one waits for a second person
 * @param o.isLonger it was asked for one that lasts longer than those that stand
 */
export function passedAlready(
  standing: CalendarOverride & { givenAt: string },
  o: { given: string; isAsked: boolean; isLonger: boolean; nameOf: NameOf },
): string {
  const { id, by, givenAt: at, reason, freezeId, environment, expiresAt } = standing;
  const passing = `pass "${freezeId}" in ${environment} until ${instantText(expiresAt)}`;
  const nothing = nothingCameOfIt({ by, at, reason }, { given: o.given });
  if (o.isAsked) {
    const who = o.nameOf(by);
    return `${who} has asked already, at ${instantText(at)}, that it may ${passing}: “${reason}”. ${nothing} It counts once somebody other than ${who} has agreed: \`gantry override second ${id}\`.`;
  }
  const more = o.isLonger
    ? 'The one that you ask for would end no later.'
    : 'To let it pass longer, ask for that (`gantry override --longer`).';
  return `${alreadySo(`allowed to ${passing},`, [{ by, at, reason }], o.nameOf)} ${nothing} ${more}`;
}
