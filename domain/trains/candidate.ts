import type { Artifact } from '../release/artifact.ts';
import { compareVersions, isSemantic } from '../release/version.ts';
import type { Boarded } from './model.ts';

/** A version that has proven itself on the way there, which build it was as far as that is known, and the instant at which it had. */
export type Ready = Boarded & { commit?: string; readyAt: string };

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
 * The builds that a version that rides may turn out to be, among those that were ready: by its digest where it has one; without one it may
 * be any build of its name.
 */
export function buildsMeant(one: Boarded & { commit?: string }, ready: readonly Ready[]): Artifact[] {
  const named = ready.filter(({ version }) => version === one.version);
  return [one, ...named.filter(({ digest }) => one.digest === undefined || digest === one.digest)];
}

/** Whether a version is no news where another one runs: the same, or an older one. Where nobody can tell, another one is. */
export function isNoNews(version: string, running: string | undefined): boolean {
  if (running === undefined) return false;
  const order = compareVersions(version, running);
  return order !== undefined && order <= 0;
}
