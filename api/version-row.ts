import type { Policy } from '../domain/policy/policy.schema.ts';
import { versionOfTag } from '../domain/release/tag-name.ts';
import type { GateRow } from '../domain/verdict.ts';
import { GantryError, messageOf } from '../platform/errors.ts';
import { openMirror } from '../platform/git.ts';

/**
 * Whether a version that somebody asks about is in its repository; nothing to say where it is, or where its service has no
 * source. A repository that cannot be read leaves it open, and says so.
 */
export async function versionRow(o: {
  service: string;
  version: string;
  policy: Policy;
  /** Folder of gantry.yaml. */
  baseDir: string;
  dataDir: string;
}): Promise<GateRow[]> {
  const { service, version, policy, ...place } = o;
  const source = policy.services.find(({ id }) => id === service)?.source;
  if (!source) return [];
  const gate = 'version';
  const meant = versionOfTag({ source }, version);
  if (meant !== undefined)
    return [
      {
        gate,
        kind: 'denied',
        because: `${version} is the name of a tag of ${service}.`,
        remedy: `Write ${meant}.`,
      },
    ];
  const tag = source.tag.replaceAll('{version}', version);
  try {
    if ((await openMirror({ git: source.git, ...place }).resolveCommit(tag)) !== undefined) return [];
  } catch (error) {
    const why = error instanceof GantryError ? error.problem.detail : messageOf(error);
    return [{ gate, kind: 'waiting', because: `Cannot tell whether ${service} ${version} is there: ${why}` }];
  }
  return [
    {
      gate,
      kind: 'denied',
      because: `${service} ${version} is not there: its repository has no tag ${tag}.`,
      remedy: 'Push the tag, or ask for a version that is there.',
    },
  ];
}
