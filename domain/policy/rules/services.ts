import semver from 'semver';
import type { DraftService, PolicyDraft } from '../draft.ts';
import type { PolicyMistake } from '../problem.ts';

/** Version rules must be readable, and a tag must tell one version from the next. */
export function findServiceMistakes(draft: PolicyDraft): PolicyMistake[] {
  return draft.services.flatMap((service) => [
    ...unreadableRanges(service),
    ...doubledRange(service),
    ...fixedTag(service),
  ]);
}

function unreadableRanges(service: DraftService): PolicyMistake[] {
  return service.versions
    .filter(({ value }) => semver.validRange(value) === null)
    .map(({ value, path }) => ({
      path: [...path],
      code: 'POLICY_VERSION_RANGE_INVALID' as const,
      detail: `"${value}" is not a range of versions.`,
      remedy: 'Write one such as ">=1.0.0", "^2.1.0" or "1.x || 2.x", in quotes.',
    }));
}

function doubledRange(service: DraftService): PolicyMistake[] {
  const [outside, inside] = service.versions;
  if (!outside || !inside) return [];
  return [
    {
      path: [...outside.path],
      code: 'POLICY_FIELD_INVALID',
      detail: 'The range of versions stands here and under `source`, so it is not clear which one counts.',
      remedy: 'Keep `source.versions` and remove this one.',
    },
  ];
}

function fixedTag({ tag }: DraftService): PolicyMistake[] {
  if (!tag || tag.value.includes('{version}')) return [];
  return [
    {
      path: [...tag.path],
      code: 'POLICY_FIELD_INVALID',
      detail: `The tag "${tag.value}" is the same for every version.`,
      remedy: 'Write {version} where the version stands, such as "v{version}".',
    },
  ];
}
