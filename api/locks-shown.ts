import type { ReleaseView } from '../domain/release/release.ts';
import { liveInPart, type LiveFacts, type LiveInPart } from '../domain/rollout/live-in-part.ts';
import type { EnvironmentRow } from '../activities/contract-locks.ts';
import type { Caller } from './auth/caller.ts';
import { anotherRelease as unnamed } from '../domain/release/without-others.ts';
import { narrowedTo, visibleServices } from './auth/narrowed-to.ts';

/** A release that holds an environment or waits for it. One that the reader may not read takes its place in the row, and is not named. */
interface Asker {
  releaseId?: string;
  title: string;
}

export interface ShownLocks {
  environment: string;
  /** `since` in RFC 3339. */
  holders: readonly (Asker & { since: string })[];
  /** The next one first; `requestedAt` in RFC 3339. */
  queue: readonly (Asker & { requestedAt: string })[];
}

/** Whether a token for some services may read a release: one of these alone (api/auth/access.ts). Everybody else may. */
function readsRelease(caller: Caller): (view: Pick<ReleaseView, 'components'> | undefined) => boolean {
  const services = narrowedTo(caller);
  return (view) =>
    services === undefined ||
    (view !== undefined && view.components.every(({ service }) => services.includes(service)));
}

/**
 * Who holds each environment and who waits for it, as this caller may read it. All are there, so that a place in the queue says what it
 * says to everybody.
 * @param open releases that have not ended
 */
export function locksShown(
  caller: Caller,
  locks: readonly EnvironmentRow[],
  open: readonly ReleaseView[],
): ShownLocks[] {
  if (narrowedTo(caller) === undefined) return [...locks];
  const mayRead = readsRelease(caller);
  const isNamed = ({ releaseId }: { releaseId: string }) => mayRead(open.find(({ id }) => id === releaseId));
  return locks.map(({ environment, holders, queue }) => ({
    environment,
    holders: holders.map((one) => (isNamed(one) ? one : { title: unnamed, since: one.since })),
    queue: queue.map((one) => (isNamed(one) ? one : { title: unnamed, requestedAt: one.requestedAt })),
  }));
}

/** What is live in part; the release is left out where it has services that the caller may not see. */
export type ShownPart = Omit<LiveInPart, 'releaseId'> & { releaseId?: string };

/**
 * What is live in part in an environment, of services that the caller may see: which release that is, is not told where it has others
 * beside them.
 */
export function partsShown(caller: Caller, environment: string, facts: LiveFacts): ShownPart[] {
  const mayRead = readsRelease(caller);
  const isVisible = visibleServices(caller);
  const releases = [...facts.open, ...facts.left.map(({ view }) => view)];
  return liveInPart(environment, facts)
    .filter(({ service }) => isVisible(service))
    .map(({ releaseId, ...part }) =>
      mayRead(releases.find(({ id }) => id === releaseId))
        ? { ...part, releaseId }
        : { ...part, title: unnamed },
    );
}
