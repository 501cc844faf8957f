import { compareVersions, isSemantic } from '../release/version.ts';
import type { Boarded } from './model.ts';

/** A version that has proven itself on the way there, and the instant at which it had. */
export type Ready = Boarded & { readyAt: string };

/**
 * The version that would ride: the newest of those that were ready strictly before the cut-off, and where none was, the newest
 * of all, so that people are told what came too late. Newest by version; where one of them is no semantic version, by time.
 */
export function candidateOf(ready: readonly Ready[], cutoffAt: string): Ready | undefined {
  const inTime = ready.filter(({ readyAt }) => Date.parse(readyAt) < Date.parse(cutoffAt));
  const choice = inTime.length > 0 ? inTime : ready;
  const byVersion = choice.every(({ version }) => isSemantic(version));
  const later = (a: Ready, b: Ready): number => Date.parse(b.readyAt) - Date.parse(a.readyAt);
  return [...choice].sort((a, b) => (byVersion && compareVersions(b.version, a.version)) || later(a, b))[0];
}

/**
 * The version that rides in the place of the newest one where that is banned: like the target of a rollback it is the newest that ended
 * well and is not quarantined (semantics §7), here of those that were ready in time and come after the one that runs there. Undefined
 * where there is none, or where nobody can tell which of two came first: a train never takes a service back.
 */
export function candidateBeside(
  ready: readonly Ready[],
  {
    cutoffAt,
    running,
    isBanned,
  }: { cutoffAt: string; running: string | undefined; isBanned: (one: Ready) => boolean },
): Ready | undefined {
  const since = Math.max(
    ...ready.filter(({ version }) => version === running).map(({ readyAt }) => Date.parse(readyAt)),
  );
  const isNews = ({ version, readyAt }: Ready): boolean => {
    if (running === undefined) return true;
    const order = compareVersions(version, running);
    return order === undefined ? Number.isFinite(since) && Date.parse(readyAt) > since : order > 0;
  };
  const isInTime = ({ readyAt }: Ready): boolean => Date.parse(readyAt) < Date.parse(cutoffAt);
  return candidateOf(
    ready.filter((one) => isInTime(one) && isNews(one) && !isBanned(one)),
    cutoffAt,
  );
}

/** Whether a version is no news where another one runs: the same, or an older one. Where nobody can tell, another one is. */
export function isNoNews(version: string, running: string | undefined): boolean {
  if (running === undefined) return false;
  const order = compareVersions(version, running);
  return order !== undefined && order <= 0;
}
