import type { FoundMigration } from '../gates/rollback-plan/detected.ts';
import { isBesideMigrations, migrationKindOf } from './migration-kind.ts';
import { migrationKinds, type Fact, type Measures } from './model.ts';
import { pathMatcher, usualPaths } from './paths.ts';

/** Tells which changed files are migrations: by these patterns, else the usual ones without what lies beside them. */
export function migrationMatcher(patterns?: readonly string[]): (path: string) => boolean {
  const matches = pathMatcher(patterns ?? usualPaths.migrations);
  return (path) => matches(path) && (patterns !== undefined || !isBesideMigrations(path));
}

/** What one migration does to the data; without a text nobody can tell. */
export function foundMigration(path: string, text: string | undefined): FoundMigration {
  const kind = text === undefined ? undefined : migrationKindOf(path, text);
  return { path, ...(kind === undefined ? {} : { kind }) };
}

/** The migrations of a change as a factor of its risk: the worst of them, whatever an unclear one turns out to be beside it. */
export function migrationFact(found: readonly FoundMigration[]): Fact<Measures['migration']> {
  const worst = found.reduce((rank, { kind }) => Math.max(rank, migrationKinds.indexOf(kind ?? 'none')), 0);
  const unclear = found.find(({ kind }) => kind === undefined);
  if (unclear && worst < migrationKinds.indexOf('irreversible'))
    return {
      kind: 'unknown',
      because: `nobody can tell what ${unclear.path} does to the data; write \`gantry: additive\`, \`backfill\` or \`irreversible\` in a comment of it.`,
    };
  return {
    kind: 'measured',
    measure: { worst: migrationKinds[worst] ?? 'none', files: found.length },
    evidence: found.map(({ path, kind }) => `${path}: ${kind ?? 'unclear'}`),
  };
}
