import type { ReleaseView } from '../../../domain/release/release.ts';
import type { SaidSince } from '../../../domain/rollout/left-then.ts';
import type { SafeHtml } from '../../../platform/html.ts';
import { localBetween } from './time.ts';

/** The headline of a release with its times in the reader's zone: a sentence of when it was written down, and of what came after. */
export function headlineOn(
  {
    headline,
    updatedAt,
    saidSince = [],
  }: Pick<ReleaseView, 'headline' | 'updatedAt'> & { saidSince?: readonly SaidSince[] },
  zone: string,
): SafeHtml | string {
  const last = saidSince
    .map(({ at }) => at)
    .sort()
    .at(-1);
  return localBetween(headline, { from: updatedAt, to: last ?? updatedAt }, zone);
}
