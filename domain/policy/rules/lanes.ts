import semver from 'semver';
import type { DraftService, PolicyDraft } from '../draft.ts';
import { laneNames } from '../gates.schema.ts';
import { whySlow } from '../slow-pattern.ts';
import { suggestion, type PolicyMistake, type PolicyPath } from '../problem.ts';

/** Lanes and migrations of a service must be readable, and hang on what is known of it (semantics §3, §7). */
export function findLaneMistakes(draft: PolicyDraft): PolicyMistake[] {
  const environments = draft.environments.flatMap(({ id }) => id ?? []);
  return draft.services.flatMap((service) => [
    ...laneMistakes(service, environments),
    ...migrationMistakes(service),
  ]);
}

const mistake = (path: PolicyPath, detail: string, remedy: string): PolicyMistake => ({
  path: [...path],
  code: 'POLICY_GATE_INVALID',
  detail,
  remedy,
});

function laneMistakes({ lanes, hasSource }: DraftService, environments: readonly string[]): PolicyMistake[] {
  if (!lanes) return [];
  const blind = hasSource
    ? []
    : [
        mistake(
          lanes.path,
          'Lanes hang on branches, and this service has no source to read them from.',
          'Give it a source, or use `versions` alone.',
        ),
      ];
  return [
    ...blind,
    ...laneNames.flatMap((name) => {
      const lane = lanes.value[name];
      if (!lane) return [];
      const path = [...lanes.path, name];
      return [
        ...rangeMistake(lane.versions, [...path, 'versions']),
        ...patternMistake(lane.preReleases, [...path, 'preReleases']),
        ...(lane.to ?? [])
          .filter((environment) => !environments.includes(environment))
          .map((environment) =>
            mistake(
              [...path, 'to'],
              `There is no environment "${environment}".`,
              suggestion(environment, environments, 'Add it under environments.'),
            ),
          ),
      ];
    }),
  ];
}

function migrationMistakes({ migrations, hasSource }: DraftService): PolicyMistake[] {
  return migrations.flatMap(({ value, path }) => [
    ...rangeMistake(value.compatible, [...path, 'compatible']),
    ...(value.compatible !== undefined && value.kind !== 'irreversible'
      ? [
          mistake(
            [...path, 'compatible'],
            `After a migration that is ${value.kind} every version can run.`,
            'Remove `compatible`, or write kind: irreversible.',
          ),
        ]
      : []),
    ...(value.paths !== undefined && !hasSource
      ? [
          mistake(
            [...path, 'paths'],
            'Nobody can tell which files have changed: this service has no source.',
            'Give it a source, or declare the migration without `paths`.',
          ),
        ]
      : []),
  ]);
}

function rangeMistake(range: string | undefined, path: PolicyPath): PolicyMistake[] {
  if (range === undefined || semver.validRange(range) !== null) return [];
  return [
    {
      path: [...path],
      code: 'POLICY_VERSION_RANGE_INVALID',
      detail: `"${range}" is not a range of versions.`,
      remedy: 'Write one such as ">=1.0.0", "^2.1.0" or "1.x || 2.x", in quotes.',
    },
  ];
}

function patternMistake(pattern: string | undefined, path: PolicyPath): PolicyMistake[] {
  if (pattern === undefined) return [];
  try {
    new RegExp(pattern);
    const slow = whySlow(pattern);
    return slow === undefined
      ? []
      : [
          mistake(
            path,
            `"${pattern.slice(0, 100)}" could take for ever: ${slow}.`,
            'Write a simpler one, such as "^rc" or "^(alpha|beta)(\\.[0-9]+)?$".',
          ),
        ];
  } catch {
    return [
      mistake(
        path,
        `"${pattern}" is not a pattern.`,
        'Write a regular expression such as "^rc" or "^(alpha|beta)".',
      ),
    ];
  }
}
