import { instantText } from '../instant-text.ts';
import type { NameOf } from '../release/names.ts';
import type { RolloutView } from '../release/release.ts';
import { componentState } from './where.ts';

/** What somebody has recorded as running where an ended release had left something (`gantry adopt`). */
export interface SaidSince {
  environment: string;
  service: string;
  version: string;
  /** RFC 3339, in UTC. */
  at: string;
  /** Id of the person. */
  by: string;
  /** {@link saidSinceWords} */
  sentence: string;
}

/** `shop 1.0.0 is recorded as running there since, by Ana, Thu 26 Nov 12:06 UTC`. */
export const saidSinceWords = (
  { service, version, at, by }: Omit<SaidSince, 'sentence'>,
  nameOf: NameOf,
): string => `${service} ${version} is recorded as running there since ${instantText(at)}, by ${nameOf(by)}`;

/**
 * Where a component of a release stands in its stage (as {@link componentState}), and that it stood so when the release ended, where
 * the record says otherwise since: `left at 20 % when it ended; shop 1.0.0 is recorded as running there since …`.
 * @param o.isOver its release has ended
 * @param o.said what was recorded since in any place
 */
export function standsOrStood(
  one: RolloutView,
  o: { environment: string; isOver: boolean; said?: readonly SaidSince[] | undefined },
): string {
  const state = componentState(one, o.isOver);
  const since = o.said?.find(
    ({ environment, service }) => environment === o.environment && service === one.service,
  );
  return since === undefined ? state : `${state} when it ended; ${since.sentence}`;
}
