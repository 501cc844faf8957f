import { alreadySo, nothingCameOfIt } from '../already-so.ts';
import { instantText } from '../instant-text.ts';
import type { NameOf } from '../release/names.ts';
import type { CalendarOverride } from './model.ts';

/**
 * What somebody is told who lets a release pass what it may pass already: by whose override, until when, and that theirs takes
 * nothing of a budget and is not recorded.
 * @param o.given the reason given now
 * @param o.isAsked the standing one waits for a second person
 */
export function passedAlready(
  { by, givenAt, reason, freezeId, environment, expiresAt }: CalendarOverride & { givenAt: string },
  { given, isAsked, nameOf }: { given: string; isAsked: boolean; nameOf: NameOf },
): string {
  const passing = `pass "${freezeId}" in ${environment} until ${instantText(expiresAt)}`;
  const state = isAsked ? `asked that it may ${passing},` : `allowed to ${passing},`;
  const standing = { by, at: givenAt, reason };
  const more = isAsked
    ? 'It counts once somebody else has agreed.'
    : 'To let it pass longer, ask for that (`gantry override --longer`).';
  return `${alreadySo(state, [standing], nameOf)} ${nothingCameOfIt(standing, { given })} ${more}`;
}
