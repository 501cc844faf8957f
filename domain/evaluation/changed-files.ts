import { detectedMigrations, type FoundMigration } from '../gates/rollback-plan/detected.ts';
import { migrationsOf, type Migrations } from '../gates/rollback-plan/migrations.ts';
import type { Policy, Service } from '../policy/policy.schema.ts';
import { migrationRulesOf } from '../policy/service-rules.ts';
import { foundMigration, migrationFact, migrationMatcher } from '../risk/migration-files.ts';
import type { Fact, Measures } from '../risk/model.ts';
import { pathMatcher, usualPaths } from '../risk/paths.ts';
import type { Facts } from './facts.schema.ts';

type Component = NonNullable<Facts['components']>[number];
type Changed = Exclude<NonNullable<Component['files']>[number], string>;

/** A file that is given by its path alone: nobody knows what is in it. */
const changedFiles = ({ files }: Component): Changed[] | undefined =>
  files?.map((file) => (typeof file === 'string' ? { path: file, removed: false } : file));

const foundAmong = (files: readonly Changed[], patterns: readonly string[] | undefined): FoundMigration[] => {
  const isMigration = migrationMatcher(patterns);
  return files
    .filter(({ path, removed }) => !removed && isMigration(path))
    .map(({ path, text }) => foundMigration(path, text));
};

/** Migrations that a component brings against what runs, declared or detected, as planning finds them; undefined where there is nothing to say. */
export function migrationsAgainst(
  service: Service | undefined,
  component: Component,
): Migrations | undefined {
  const files = changedFiles(component);
  const rules = service && migrationRulesOf(service);
  if (rules) return migrationsOf(rules, component.running ? files?.map(({ path }) => path) : []);
  if (!component.running || !files) return undefined;
  const found = foundAmong(files, service?.risk?.paths?.migrations);
  return found.length === 0 ? undefined : detectedMigrations(found);
}

/** The migrations among all files that changed, as a factor of the risk; undefined where the files of some component are not given. */
export function migrationRisk(
  { services }: Policy,
  components: readonly Component[],
): Fact<Measures['migration']> | undefined {
  const found: FoundMigration[] = [];
  for (const component of components) {
    const files = changedFiles(component);
    if (!files) return undefined;
    const paths = services.find(({ id }) => id === component.service)?.risk?.paths;
    const isIgnored = pathMatcher(paths?.ignore ?? usualPaths.ignore);
    found.push(
      ...foundAmong(
        files.filter(({ path }) => !isIgnored(path)),
        paths?.migrations,
      ),
    );
  }
  return components.length === 0 ? undefined : migrationFact(found);
}
