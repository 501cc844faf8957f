import { instantText } from './instant-text.ts';
import { listOf } from './list-of.ts';
import type { NameOf } from './release/names.ts';

/** What a person has said and what stands: `by` is their id, `at` RFC 3339 in UTC. */
interface Standing {
  by: string;
  at: string;
  reason: string;
}

/** What somebody is told who asks for what is so already: `It is held already, by Ben since …: “orders look odd”.` */
export function alreadySo(state: string, standing: readonly Standing[], nameOf: NameOf, what = 'It'): string {
  const whose = standing.map(
    ({ by, at, reason }) => `by ${nameOf(by)} since ${instantText(at)}: “${reason}”`,
  );
  return `${what} is ${state} already, ${listOf(whose, 'and')}.`;
}

/**
 * What came of that: nothing. Another reason than the one that stands is not kept either, and whoever gave it is told so.
 * @param standing.reason the one that stands; left out: none does
 * @param o.given the reason given now; undefined where none was
 */
export function nothingCameOfIt(
  { reason }: Partial<Standing>,
  { given }: { given: string | undefined },
): string {
  if (given === undefined || given === reason) return 'Nothing has changed.';
  return 'Nothing has changed, and the reason that you give now is not recorded.';
}
