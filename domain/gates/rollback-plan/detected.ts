import { worstOf, mostShown, type MigrationKind, type Migrations } from './migrations.ts';

/** A changed file that looks like a migration; without a kind nobody can tell what it does to the data. */
export interface FoundMigration {
  path: string;
  kind?: Exclude<MigrationKind, 'none' | 'reversible'>;
}

/**
 * The migrations of a version whose service declares none, by the files that look like some (semantics §3, rollback plan:
 * "declared or detected"). One that nobody can read leaves all `unknown`, unless another is irreversible anyway.
 */
export function detectedMigrations(found: readonly FoundMigration[]): Migrations {
  const worst = worstOf(found.flatMap(({ kind }) => kind ?? []));
  const isUnclear = worst !== 'irreversible' && found.some(({ kind }) => kind === undefined);
  const telling = found.filter(({ kind }) => (isUnclear ? kind === undefined : kind === worst));
  return {
    kind: isUnclear ? 'unknown' : worst,
    ...(telling.length > 0 ? { found: telling.slice(0, mostShown).map(({ path }) => path) } : {}),
    compatible: [],
    isFinal: worst === 'irreversible',
  };
}
