import { pathMatcher, usualPaths } from '../../domain/risk/paths.ts';
import { isBesideMigrations, migrationKindOf } from '../../domain/risk/migration-kind.ts';
import type { FoundMigration } from '../../domain/gates/rollback-plan/detected.ts';
import type { FileChange, Mirror } from '../../platform/git.ts';

/** The migrations among changed files, with what each does to the data as far as its text tells; those that were removed do nothing. */
export async function readMigrations(
  mirror: Mirror,
  to: string,
  changed: readonly FileChange[],
  /** Which files are migrations; left out: the usual ones, without what lies beside them. */
  patterns?: readonly string[],
): Promise<FoundMigration[]> {
  const matches = pathMatcher(patterns ?? usualPaths.migrations);
  const isMigration = (path: string): boolean =>
    matches(path) && (patterns !== undefined || !isBesideMigrations(path));
  const found: FoundMigration[] = [];
  for (const { path, how } of changed) {
    if (how === 'removed' || !isMigration(path)) continue;
    const text = await mirror.readFile(to, path);
    const kind = text === undefined ? undefined : migrationKindOf(path, text);
    found.push({ path, ...(kind === undefined ? {} : { kind }) });
  }
  return found;
}
