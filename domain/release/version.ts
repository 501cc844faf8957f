import semver from 'semver';

/** Whether a version is a semantic one; others can only be told equal or not. */
export const isSemantic = (version: string): boolean => semver.valid(version) !== null;

/**
 * Whether a service's rule lets a version through (semantics §3, "Branch, version"). The range is asked about the version without
 * its pre-release, which is matched apart: a range library's own reading would let 2.0.0-rc.1 into <2.0.0.
 * @param preReleases pattern of the pre-releases that may pass; without it none may
 */
export function isInRange(version: string, range: string, preReleases?: RegExp): boolean {
  const parsed = semver.parse(version);
  if (!parsed) return false;
  const preRelease = parsed.prerelease.join('.');
  if (preRelease !== '' && !preReleases?.test(preRelease)) return false;
  return semver.satisfies(`${parsed.major}.${parsed.minor}.${parsed.patch}`, range);
}

/**
 * Negative where `a` comes before `b`, 0 where they rank alike: build metadata does not count. Undefined where they differ
 * and one is not a semantic version, because then nobody can tell.
 */
export function compareVersions(a: string, b: string): number | undefined {
  if (a === b) return 0;
  return isSemantic(a) && isSemantic(b) ? semver.compare(a, b) : undefined;
}

/** Whether two are one semantic version on its way: the same numbers, whatever the pre-release and build metadata of each. */
export function isSameButPreRelease(a: string, b: string): boolean {
  const [one, other] = [semver.parse(a), semver.parse(b)];
  return one !== null && other !== null && one.compareMain(other) === 0;
}
