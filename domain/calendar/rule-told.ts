import { alreadySo, nothingCameOfIt } from '../already-so.ts';
import type { NameOf } from '../release/names.ts';

/** A rule, as far as whoever ends it or stops the line again is told of it. */
interface RuleStory {
  createdBy: string;
  createdAt: string;
  rule: { reason?: string };
  /** Absent while it holds. */
  retired?: { by: string; at: string; reason: string };
}

/**
 * What somebody is told who stops what is stopped, or ends what has ended: by whom, since when and why, and that their own reason is not
 * recorded.
 * @param o.given the reason given now; undefined where none was
 */
export function ruleStandsAlready(
  { createdBy, createdAt, rule, retired }: RuleStory,
  o: { kind: 'window' | 'freeze'; given: string | undefined; nameOf: NameOf },
): string {
  const state = !retired ? 'stopped' : o.kind === 'freeze' ? 'lifted' : 'removed';
  const standing = retired ?? { by: createdBy, at: createdAt, reason: rule.reason ?? '' };
  return `${alreadySo(state, [standing], o.nameOf)} ${nothingCameOfIt(standing, { given: o.given })}`;
}
