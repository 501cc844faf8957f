import semver from 'semver';
import type { Measures } from './model.ts';

/** Direct runtime dependencies of one package: ranges by name. */
export type Dependencies = Readonly<Record<string, string>>;

/** `dependencies` of a package.json; undefined where the text is none. */
export function readDependencies(text: string): Dependencies | undefined {
  try {
    const parsed: unknown = JSON.parse(text);
    if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) return undefined;
    const found = (parsed as Record<string, unknown>)['dependencies'] ?? {};
    if (typeof found !== 'object' || Array.isArray(found)) return undefined;
    return Object.fromEntries(Object.entries(found).map(([name, range]) => [name, String(range)]));
  } catch {
    return undefined;
  }
}

/**
 * How far the dependencies moved between two states of a package. A new one, and one whose range cannot be compared (an
 * address, a tag), counts as major; one that is gone does not count, nor does a range that begins at the same version.
 */
export function dependencyChanges(
  before: Dependencies,
  after: Dependencies,
): { measure: Measures['deps']; evidence: string[] } {
  const measure = { patch: 0, minor: 0, major: 0 };
  const evidence: string[] = [];
  for (const [name, range] of Object.entries(after)) {
    const old = before[name];
    if (old === range) continue;
    const kind = old === undefined ? 'major' : distance(old, range);
    if (kind === undefined) continue;
    measure[kind] += 1;
    evidence.push(old === undefined ? `${name} ${range} is new` : `${name} ${old} → ${range}`);
  }
  return { measure, evidence };
}

function distance(before: string, after: string): keyof Measures['deps'] | undefined {
  const [old, now] = [leastOf(before), leastOf(after)];
  if (!old || !now) return 'major';
  switch (semver.diff(old, now)) {
    case null:
      return undefined;
    case 'patch':
      return 'patch';
    case 'minor':
      return 'minor';
    default:
      return 'major'; // a pre-release promises nothing
  }
}

function leastOf(range: string): semver.SemVer | null {
  return semver.validRange(range) === null ? null : semver.minVersion(range);
}
