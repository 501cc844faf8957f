/** What a release asks of an environment: all of these keys together, or none of them. */
export interface LockClaim {
  releaseId: string;
  /** Services, named locks and edges; `*` is the whole environment. */
  keys: readonly string[];
  /** Place of its action class (`classRank`): lower comes first. */
  classRank: number;
  /** Instant, always written alike: it is compared as text. */
  requestedAt: string;
}

const inOrder = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** Order of an environment's queue: action class, then time of asking, then id (semantics §2, "Queue"). */
export const byTurn = (a: LockClaim, b: LockClaim): number =>
  a.classRank - b.classRank || inOrder(a.requestedAt, b.requestedAt) || inOrder(a.releaseId, b.releaseId);

/** Whether two claims cannot be held at the same moment. */
export const collide = (a: readonly string[], b: readonly string[]): boolean =>
  a.includes('*') || b.includes('*') || a.some((key) => b.includes(key));

/**
 * Waiters that nobody stands before, in the queue's order: neither a holder of one of their keys nor an earlier waiter who
 * wants one. No two of them collide, so all may be granted at once. That an earlier waiter counts like a holder is what keeps
 * a claim of many keys from being overtaken for ever by claims of one.
 */
export function grantable<Claim extends LockClaim>(
  holders: readonly LockClaim[],
  queue: readonly Claim[],
): Claim[] {
  const ahead: LockClaim[] = [...holders];
  return queue.filter((waiter) => {
    const isFree = !ahead.some((other) => collide(other.keys, waiter.keys));
    ahead.push(waiter);
    return isFree;
  });
}
