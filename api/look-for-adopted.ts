import type { Policy } from '../domain/policy/policy.schema.ts';
import { versionOfTag } from '../domain/release/tag-name.ts';
import { GantryError, messageOf } from '../platform/errors.ts';
import { openMirror } from '../platform/git.ts';

/**
 * Looks for what is said to run in the repository of its service: by its commit, else by the tag of its version. Answers with a
 * note where the repository cannot be read, or where somebody says how they know of what is not there, and with nothing where it is there or the service has no source.
 * @throws VERSION_IS_TAG, COMMIT_UNKNOWN
 */
export async function lookForAdopted(
  {
    service: id,
    version,
    commit,
    reason,
  }: { service: string; version: string; commit?: string | undefined; reason?: string | undefined },
  { policy, baseDir, dataDir }: { policy: Policy; baseDir: string; dataDir: string },
): Promise<string | undefined> {
  const service = policy.services.find((one) => one.id === id);
  if (!service?.source) return undefined;
  const meant = commit === undefined ? versionOfTag(service, version) : undefined;
  if (meant !== undefined) throw new GantryError('VERSION_IS_TAG', { service: id, version, meant });
  const ref = commit ?? service.source.tag.replaceAll('{version}', version);
  let found: string | undefined;
  try {
    found = await openMirror({ git: service.source.git, baseDir, dataDir }).resolveCommit(ref);
  } catch (error) {
    return `Whether ${id} ${version} is in its repository could not be looked at: ${messageOf(error)}`;
  }
  if (found !== undefined) return undefined;
  if (commit === undefined && reason !== undefined)
    return `${id} ${version} is not in its repository: what a later version changes cannot be listed.`;
  throw new GantryError('COMMIT_UNKNOWN', {
    service: id,
    version,
    ref,
    detail: 'what runs must be there, or nobody can tell what a later version changes',
    remedy:
      'Push the tag, or name the commit of what runs with `--commit` (API: `commit`); where there is neither, say with `--reason` how you know. Nothing was recorded.',
  });
}
