import { asId, type NameOf } from '../../release/names.ts';
import { liftersOf, postponedSentence, ruling } from '../../release/postpone.ts';
import type { PostponementView } from '../../release/release.ts';
import type { Verdict } from '../../verdict.ts';

/** Whether people have delayed the release (semantics §4, "Delay"); nothing to say where nobody has, or its time is over. */
export function evaluatePostponed(
  postponements: readonly PostponementView[] | undefined,
  now: string,
  nameOf: NameOf = asId,
): Verdict | undefined {
  const latest = ruling(postponements, now);
  if (!latest) return undefined;
  return {
    kind: 'waiting',
    because: `${postponedSentence(latest, nameOf)} ${liftersOf(latest, nameOf)} may lift it.`,
    until: latest.until,
  };
}
