import type { Intent } from '../../release/state.ts';
import { compareVersions } from '../../release/version.ts';

/** One service at one version. */
interface Build {
  service: string;
  version: string;
}

/** A waiting release as far as `newestWins` looks at it. */
export interface QueuedRelease {
  releaseId: string;
  title: string;
  intent: Intent;
  /** Place of its action class (`classRank`): lower comes first. */
  classRank: number;
  components: readonly Build[];
}

/**
 * Whether `older` has become pointless because `newer` waits, too: the newer one brings every service of it, none of them in
 * an older version and at least one in a newer one. Releases that go back or repeat are never pointless, and neither is one
 * of a stronger class, because a hotfix does not give way to a planned release. Versions of which nobody can tell which is
 * newer keep their places.
 */
export function isOutrun(older: QueuedRelease, newer: QueuedRelease): boolean {
  if (older.intent !== 'deploy' || newer.intent !== 'deploy') return false;
  if (older.classRank < newer.classRank) return false;
  const orders = older.components.map(({ service, version }) => {
    const other = newer.components.find((component) => component.service === service);
    return other && compareVersions(other.version, version);
  });
  return orders.every((order) => order !== undefined && order >= 0) && orders.some((order) => order !== 0);
}

/** With the queue mode `newestWins`: who has to leave the queue, and for whom; not for somebody who has to leave, too. */
export function outrun<Waiter extends QueuedRelease>(
  queue: readonly Waiter[],
): { loser: Waiter; winner: Waiter; because: string }[] {
  const isLost = (waiter: Waiter): boolean => queue.some((other) => isOutrun(waiter, other));
  return queue.flatMap((loser) => {
    const winner = queue.find((other) => isOutrun(loser, other) && !isLost(other));
    return winner
      ? [{ loser, winner, because: `${winner.title} is newer and waits for the same: it takes its place.` }]
      : [];
  });
}
