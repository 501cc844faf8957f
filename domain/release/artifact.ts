/** One service at one version, as far as is known which build that is. */
export interface Artifact {
  service: string;
  version: string;
  digest?: string;
  commit?: string;
}

/**
 * Whether two are the same build: by digest where both have one, else by commit where both have one, else by name. Never
 * by name alone where a digest or commit says otherwise: a tag can be moved.
 */
export function isSameBuild(a: Artifact, b: Artifact): boolean {
  if (a.service !== b.service) return false;
  if (a.digest !== undefined && b.digest !== undefined) return a.digest === b.digest;
  if (a.commit !== undefined && b.commit !== undefined) return a.commit === b.commit;
  return a.version === b.version;
}

/** Whether two ids may name the same commit: one may be the short form of the other. */
export const isSameCommit = (a: string, b: string): boolean => a.startsWith(b) || b.startsWith(a);

/** What a check of it looks at, and its result is about: the commit that is checked out, else what is known of it. */
export const checkedSubject = ({ service, version, digest, commit }: Artifact): string =>
  commit ?? digest ?? `${service}@${version}`;

/** What a person may call a build by, the surest first: what waivers and results are bound to. */
export const buildName = ({ service, version, digest, commit }: Artifact): string =>
  digest ?? commit ?? `${service}@${version}`;
