import { clockText } from '../../instant-text.ts';
import type { Verdict } from '../../verdict.ts';
import { isEdge } from './keys.ts';

/** What is known about this release's turn in an environment (semantics §2, "Lock" and "Queue"). */
export interface LockFacts {
  environment: string;
  /** What is locked: services, or `*` for the whole environment. */
  keys: readonly string[];
  granted: boolean;
  /** Place in the queue, from 1; absent before it has been asked for. */
  position?: number;
  /** Who has it now, by the name of that release. */
  holder?: { title: string; since: string };
}

/** Whether this release has the environment for itself: two deployments never run at once there. */
export function evaluateLock({ environment, keys, granted, position, holder }: LockFacts): Verdict {
  if (granted) return { kind: 'allowed', because: `${environment} is reserved for this release.` };
  if (!holder && position === undefined)
    return { kind: 'waiting', because: 'Is asked for when all other gates allow.' };
  const place = position === undefined ? '' : `, number ${position} in the queue`;
  const what = keys.includes('*') ? '' : ` (${keys.filter((key) => !isEdge(key)).join(', ')})`;
  if (holder) {
    return {
      kind: 'waiting',
      because: `Waits for ${holder.title} on ${environment}, there since ${clockText(holder.since)}${place}.`,
    };
  }
  return { kind: 'waiting', because: `Waits for its turn on ${environment}${what}${place}.` };
}
