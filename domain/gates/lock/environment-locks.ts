import { byTurn, collide, grantable, type LockClaim } from './queue.ts';
import { outrun, type QueuedRelease } from './newest.ts';

/** A release that asks for an environment's locks. */
export interface LockAsker extends LockClaim {
  /** Workflow that asks. */
  owner: string;
  title: string;
  /** Given where the environment's queue takes the newest only: what the release brings. */
  brings?: Pick<QueuedRelease, 'intent' | 'components'>;
}

export type Held<Asker extends LockAsker> = Asker & {
  /** Fencing number: rises with every grant of this environment. */
  fence: number;
  since: string;
  /** It was granted while its owner waited: the owner is told by signal. */
  waited?: true;
};

/** Who may deploy to an environment now, and who comes next. */
export interface EnvironmentLocks<Asker extends LockAsker = LockAsker> {
  holders: readonly Held<Asker>[];
  queue: readonly Asker[];
  /** Of the last grant. */
  fence: number;
}

/**
 * With a request in it, once: the same release again keeps its place or its grant. Where nobody stands before it, it is granted
 * at once. Another release under the same owner has ended, as a workflow runs once at a time, and so leaves.
 * @param now instant
 */
export function enqueue<Asker extends LockAsker>(
  locks: EnvironmentLocks<Asker>,
  request: Asker,
  now: string,
): EnvironmentLocks<Asker> {
  const isEarlier = (one: LockAsker): boolean =>
    one.owner === request.owner && one.releaseId !== request.releaseId;
  const left = without(locks, isEarlier);
  const { holders, queue } = left;
  const isHis = ({ owner }: LockAsker): boolean => owner === request.owner;
  const asked = [...holders, ...queue].some(isHis)
    ? left
    : { ...left, queue: [...queue, request].sort(byTurn) };
  const isNext = grantable(holders, asked.queue).some(isHis);
  return isNext ? grant(asked, isHis, now, {}) : asked;
}

/** Without an owner, be it a holder or one who waits. Nobody is granted by it: see `serve`. */
export const leave = <Asker extends LockAsker>(
  locks: EnvironmentLocks<Asker>,
  owner: string,
): EnvironmentLocks<Asker> => without(locks, (one) => one.owner === owner);

/** What is left to do once it is written that an owner leaves: somebody waits for its keys, or the workflow is to be told. */
export type AfterLeaving = 'nothing' | 'othersWait' | 'keptByWorkflow';

export function afterLeaving(locks: EnvironmentLocks | 'keptByWorkflow'): AfterLeaving {
  if (locks === 'keptByWorkflow') return locks;
  return locks.queue.length > 0 ? 'othersWait' : 'nothing';
}

/** Owner and release of one who was found to have ended. */
export type Closed = Pick<LockAsker, 'owner' | 'releaseId'>;

/**
 * With all granted whose turn has come, and without those that have ended. Who is outrun is granted nothing, and leaves by itself.
 * @param now instant
 */
export function serve<Asker extends LockAsker>(
  locks: EnvironmentLocks<Asker>,
  closed: readonly Closed[],
  now: string,
): { locks: EnvironmentLocks<Asker>; outrun: { owner: string; because: string }[] } {
  const hasEnded = (one: LockAsker): boolean =>
    closed.some(({ owner, releaseId }) => owner === one.owner && releaseId === one.releaseId);
  const left = without(locks, hasEnded);
  const losers = outrun(left.queue.flatMap((one) => (one.brings ? [{ ...one, ...one.brings }] : []))).map(
    ({ loser, because }) => ({ owner: loser.owner, because }),
  );
  const isLoser = ({ owner }: LockAsker): boolean => losers.some((loser) => loser.owner === owner);
  const next = grantable(
    left.holders,
    left.queue.filter((one) => !isLoser(one)),
  );
  return { locks: grant(left, (one) => next.includes(one), now, { waited: true }), outrun: losers };
}

/** Where an owner stands: 0 and the fence where it holds its keys, else its place in the queue and who is before it. */
export function placeIn<Asker extends LockAsker>(
  locks: EnvironmentLocks<Asker>,
  { owner, keys }: Pick<LockAsker, 'owner' | 'keys'>,
): { position: number; fence?: number; holder?: { title: string; since: string } } {
  const held = locks.holders.find((holder) => holder.owner === owner);
  if (held) return { position: 0, fence: held.fence };
  const holder = locks.holders.find((other) => collide(other.keys, keys));
  return {
    position: locks.queue.findIndex((one) => one.owner === owner) + 1,
    ...(holder ? { holder: { title: holder.title, since: holder.since } } : {}),
  };
}

/** The same object where nobody goes. */
function without<Asker extends LockAsker>(
  locks: EnvironmentLocks<Asker>,
  isGone: (one: LockAsker) => boolean,
): EnvironmentLocks<Asker> {
  const { holders, queue, fence } = locks;
  if (![...holders, ...queue].some(isGone)) return locks;
  return {
    holders: holders.filter((one) => !isGone(one)),
    queue: queue.filter((one) => !isGone(one)),
    fence,
  };
}

/** Moves requests from the queue to the holders, each with a fence of its own; the same object where nobody moves. */
function grant<Asker extends LockAsker>(
  locks: EnvironmentLocks<Asker>,
  isGranted: (one: Asker) => boolean,
  now: string,
  how: { waited?: true },
): EnvironmentLocks<Asker> {
  const { holders, queue, fence } = locks;
  const granted = queue.filter(isGranted);
  if (granted.length === 0) return locks;
  return {
    holders: [
      ...holders,
      ...granted.map((one, index) => ({ ...one, fence: fence + index + 1, since: now, ...how })),
    ],
    queue: queue.filter((one) => !isGranted(one)),
    fence: fence + granted.length,
  };
}
