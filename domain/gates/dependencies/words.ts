import type { Dependency } from '../../calendar/model.ts';
import { formatDuration } from '../../policy/duration.ts';

/** What is waited for: `payments ≥ 2.1.0, verified in production`, `release payments 2.1.0`. `title` is that of the release, where it is known. */
export function dependencyWords(dependency: Dependency, title?: string): string {
  if (dependency.kind === 'release') return `release ${title ?? dependency.releaseId}`;
  const { service, atLeast, environment, state, soakMs = 0 } = dependency;
  const how =
    state === 'deployed' ? '' : state === 'verified' ? ', verified' : `, for ${formatDuration(soakMs)}`;
  return `${service} ≥ ${atLeast}${how} in ${environment}`;
}
