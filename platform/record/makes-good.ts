import type { Schedule } from '../../domain/calendar/model.ts';
import type { Component } from '../../domain/release/release.ts';
import type { Db } from '../database/open.ts';
import { readRelease } from './find-releases.ts';

/**
 * Whether a release that goes back makes good the one whose place it takes, also where nobody says so: where it goes back from all that the
 * other one brought. Then whoever was told of the one is told of the other, and what it brought is banned where the policy says so.
 * Only where it was released, and no further than this one goes back. Not of a start that is planned, for something else may run there by then, nor where a version was deployed once more: who was told
 * of it was told by the release before.
 * @param bad id of the release that put there what this one goes back from
 * @param o.target the last environment of this one
 */
export async function makesGood(
  db: Db,
  bad: string,
  { components, schedule, target }: { components: readonly Component[]; schedule?: Schedule; target: string },
): Promise<boolean> {
  const release = await readRelease(db, bad);
  if (!release?.ended || release.intent === 'redeploy' || schedule !== undefined) return false;
  if (release.reached !== target) return false;
  const servicesOf = (some: readonly Component[]): string =>
    some
      .map(({ service }) => service)
      .sort()
      .join();
  return servicesOf(release.components) === servicesOf(components);
}
