import { instantText } from '../instant-text.ts';
import type { NameOf } from '../release/names.ts';
import type { RolloutView } from '../release/release.ts';
import { componentState } from './where.ts';

/** What has the place since where an ended release had left something: by somebody's word (`gantry adopt`), or by a later release. */
export interface SaidSince {
  environment: string;
  service: string;
  version: string;
  /** RFC 3339, in UTC. */
  at: string;
  /** Id of the person who recorded it, or asked for the later release. */
  by: string;
  /** The later release; left out: a person recorded it, or the release has services that this one has not. */
  releaseId?: string;
  /** {@link saidSinceWords} or {@link takenSinceWords} */
  sentence: string;
}

/** `shop 1.0.0 is recorded as running there since, by Ana, Thu 26 Nov 12:06 UTC`. */
export const saidSinceWords = (
  { service, version, at, by }: Omit<SaidSince, 'sentence'>,
  nameOf: NameOf,
): string => `${service} ${version} is recorded as running there since ${instantText(at)}, by ${nameOf(by)}`;

/**
 * `shop 1.0.0 has all of it since Thu 26 Nov 12:06 UTC, by release …`.
 * @param isBack the later release went back, to this version
 */
export function takenSinceWords(
  { service, version, at, releaseId }: Omit<SaidSince, 'sentence'>,
  { isBack }: { isBack: boolean },
): string {
  const release = releaseId === undefined ? 'another release' : `release ${releaseId}`;
  const what = `${service} ${version} has all of it since ${instantText(at)}`;
  return isBack ? `${what}, when ${release} went back there` : `${what}, by ${release}`;
}

const isAt =
  (environment: string, service: string) =>
  (one: Pick<SaidSince, 'environment' | 'service'>): boolean =>
    one.environment === environment && one.service === service;

/** What has a place since; undefined where nothing is known to. */
export const sinceAt = (
  said: readonly SaidSince[] | undefined,
  place: { environment: string; service: string },
): SaidSince | undefined => said?.find(isAt(place.environment, place.service));

const inPast = (state: string): string => state.replace('left as it is', 'left as it was');

/**
 * Where a component of a release stands in its stage (as {@link componentState}), and that it stood so when the release ended, where
 * something else has the place since: `left at 20 % when it ended; shop 1.0.0 is recorded as running there since …`.
 * @param o.isOver its release has ended
 * @param o.said what has any place since
 */
export function standsOrStood(
  one: RolloutView,
  o: { environment: string; isOver: boolean; said?: readonly SaidSince[] | undefined },
): string {
  const state = componentState(one, o.isOver);
  const since = sinceAt(o.said, { environment: o.environment, service: one.service });
  return since === undefined ? state : `${inPast(state)} when it ended; ${since.sentence}`;
}
