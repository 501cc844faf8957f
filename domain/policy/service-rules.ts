import type { MigrationRule } from '../gates/rollback-plan/migrations.ts';
import type { Lane } from '../gates/version/evaluate.ts';
import { laneNames } from './gates.schema.ts';
import type { Service } from './policy.schema.ts';

/** The ways by which versions of a service come; undefined where it has no such rule. */
export function lanesOfService({ lanes }: Service): Lane[] | undefined {
  return (
    lanes &&
    laneNames.flatMap((name): Lane[] => {
      const lane = lanes[name];
      if (!lane) return [];
      const { branches, versions, preReleases, to, urgent } = lane;
      return [
        {
          name,
          branches,
          ...(versions === undefined ? {} : { versions }),
          ...(preReleases === undefined ? {} : { preReleases }),
          ...(to === undefined ? {} : { to }),
          ...(urgent === undefined ? {} : { urgentOnly: urgent }),
        },
      ];
    })
  );
}

/** What a service says of changes of its database; undefined where it says nothing. */
export function migrationRulesOf({ migrations }: Service): MigrationRule[] | undefined {
  if (!migrations || migrations.length === 0) return undefined;
  return migrations.map(({ kind, paths, compatible }): MigrationRule => ({
    kind,
    ...(paths === undefined ? {} : { paths }),
    ...(compatible === undefined ? {} : { compatible }),
  }));
}
