import type { Mirror } from '../../platform/git/mirror.ts';
import { isFullHash } from '../../platform/git/hash.ts';

/**
 * The whole hash of what runs: a team's word may have named it in its short form (`gantry adopt --commit`), and a build may be known by its
 * version alone. What cannot be found is handed on as it was named; undefined where nothing names it.
 */
export async function commitOfRunning(
  mirror: Mirror,
  { commit, version }: { commit?: string; version: string },
  tag: string,
): Promise<string | undefined> {
  if (commit === undefined) return mirror.resolveCommit(tag.replaceAll('{version}', version));
  return isFullHash(commit) ? commit : ((await mirror.resolveCommit(commit)) ?? commit);
}
