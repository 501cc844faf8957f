import type { FoundMigration } from '../../domain/gates/rollback-plan/detected.ts';
import { foundMigration, migrationMatcher } from '../../domain/risk/migration-files.ts';
import type { FileChange, Mirror } from '../../platform/git/mirror.ts';

/** The migrations among changed files, with what each does to the data as far as its text tells; those that were removed do nothing. */
export async function readMigrations(
  mirror: Mirror,
  to: string,
  changed: readonly FileChange[],
  /** Which files are migrations; left out: the usual ones, without what lies beside them. */
  patterns?: readonly string[],
): Promise<FoundMigration[]> {
  const isMigration = migrationMatcher(patterns);
  const found: FoundMigration[] = [];
  for (const { path, how } of changed) {
    if (how === 'removed' || !isMigration(path)) continue;
    found.push(foundMigration(path, await mirror.readFile(to, path)));
  }
  return found;
}
