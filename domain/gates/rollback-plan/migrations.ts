import semver from 'semver';
import { matchesGlob } from '../version/glob.ts';

/** What becomes of the schema when the code goes back (semantics §7), from harmless to final. */
export const migrationKinds = ['none', 'additive', 'backfill', 'reversible', 'irreversible'] as const;
export type MigrationKind = (typeof migrationKinds)[number];

/** One declaration of a service: what changes of these files mean. */
export interface MigrationRule {
  kind: Exclude<MigrationKind, 'none'>;
  /** Patterns of changed files; left out: every version of the service has one of this kind. */
  paths?: readonly string[];
  /** Versions that can run on the schema after it: going back to them is possible. */
  compatible?: string;
}

/** The migrations that a version brings, as far as is known. */
export interface Migrations {
  /** The worst kind. `unknown`: files decide, and nobody could read which have changed. */
  kind: MigrationKind | 'unknown';
  /** Some of the files that told; absent where it is declared. */
  found?: string[];
  /** Ranges of versions that every irreversible one of them is compatible with. */
  compatible: string[];
  /** There is one without any such range. */
  isFinal: boolean;
}

export const mostShown = 3;

/** @param changed paths of files that differ from what runs; absent where nobody knows */
export function migrationsOf(
  rules: readonly MigrationRule[],
  changed: readonly string[] | undefined,
): Migrations {
  const met = rules.flatMap((rule) => {
    if (rule.paths === undefined) return [{ rule, found: [] as string[] }];
    const found = (changed ?? []).filter((path) => rule.paths?.some((pattern) => matchesGlob(path, pattern)));
    return found.length > 0 ? [{ rule, found }] : [];
  });
  const isBlind = changed === undefined && rules.some(({ paths }) => paths !== undefined);
  const worst = worstOf(met.map(({ rule }) => rule.kind));
  const final = met.filter(({ rule }) => rule.kind === 'irreversible');
  const found = [...new Set(met.flatMap((one) => one.found))];
  return {
    kind: isBlind && worst !== 'irreversible' ? 'unknown' : worst,
    ...(found.length > 0 ? { found: found.slice(0, mostShown) } : {}),
    compatible: final.flatMap(({ rule }) => rule.compatible ?? []),
    isFinal: final.some(({ rule }) => rule.compatible === undefined),
  };
}

/** Whether code of this version can run after them: it is declared, or none of them is final. */
export function canGoBackTo({ kind, compatible, isFinal }: Migrations, version: string): boolean {
  if (kind !== 'irreversible') return true;
  return !isFinal && compatible.every((range) => semver.satisfies(version, range));
}

/** The worst of these kinds; `none` of none. */
export const worstOf = (kinds: readonly MigrationKind[]): MigrationKind =>
  kinds.reduce<MigrationKind>((worst, kind) => (rank(kind) > rank(worst) ? kind : worst), 'none');

const rank = (kind: MigrationKind): number => migrationKinds.indexOf(kind);
