import type { Service } from '../../domain/policy/policy.schema.ts';
import type { Component } from '../../domain/release/release.ts';
import { GantryError } from '../../platform/errors.ts';
import { openMirror } from '../../platform/git.ts';
import type { Mirror } from '../../platform/git/mirror.ts';

type Source = NonNullable<Service['source']>;

/** A component's place in its repository. */
export interface ResolvedSource {
  mirror: Mirror;
  commit: string;
}

/**
 * Finds the commit of a version: that of the ref asked for, else of the tag that the service's `tag` makes of the version.
 * @param baseDir folder of gantry.yaml, from which relative sources start
 * @throws GantryError COMMIT_UNKNOWN, COMMIT_NOT_ON_BRANCH, SOURCE_UNREADABLE
 */
export async function resolveSource(o: {
  source: Source;
  component: Pick<Component, 'service' | 'version' | 'ref'>;
  baseDir: string;
  dataDir: string;
}): Promise<ResolvedSource> {
  const { source, component, baseDir, dataDir } = o;
  const mirror = openMirror({ git: source.git, baseDir, dataDir });
  const ref = component.ref ?? source.tag.replaceAll('{version}', component.version);
  const commit = await mirror.resolveCommit(ref);
  const { service, version } = component;
  if (commit === undefined) throw new GantryError('COMMIT_UNKNOWN', { service, version, ref });
  if (source.branch !== undefined && !(await mirror.isReachable(commit, source.branch))) {
    throw new GantryError('COMMIT_NOT_ON_BRANCH', { service, commit, branch: source.branch });
  }
  return { mirror, commit };
}
