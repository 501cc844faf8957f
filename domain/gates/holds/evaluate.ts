import { becauseOfHold } from '../../release/resuming.ts';
import { asId, type NameOf } from '../../release/names.ts';
import type { HoldView } from '../../release/release.ts';
import type { Verdict } from '../../verdict.ts';

/** A hold stops a release at its next step until a person lifts it (semantics §3, "Five things that stop things"). */
export function evaluateHolds(holds: readonly HoldView[], nameOf: NameOf = asId): Verdict {
  const [first, ...others] = holds;
  if (!first) return { kind: 'allowed', because: 'No hold is set.' };
  const more = others.length > 0 ? ` (and ${others.length} more)` : '';
  return {
    kind: 'needsPeople',
    because: `Held by ${nameOf(first.by)}${becauseOfHold(first)}${more}. Resume it to go on.`,
    who: [{ rule: 'resume', candidates: [first.by], seats: 1 }],
  };
}
