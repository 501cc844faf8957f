import type { CalendarEntry } from '../../../domain/calendar/entries.ts';
import type { CalendarRule } from '../../../domain/calendar/model.ts';
import type { Db } from '../../database/open.ts';
import { liveOverrides } from './overrides.ts';

/** What a release passes in an environment by overrides that still count at its start, as a field of its entry. */
export type OverridesOf = (entry: {
  releaseId?: string | null;
  environment: string;
  start: string;
}) => Pick<CalendarEntry, 'overrides'>;

/** An override is for one state of a rule: one of another state passes nothing. */
export async function overridesByRelease(
  db: Db,
  rules: readonly CalendarRule[],
  { now, environment }: { now: Date; environment?: string | undefined },
): Promise<OverridesOf> {
  const revisions = new Map(rules.map(({ id, revision }) => [id, revision]));
  const live = await liveOverrides(db, {
    now: now.toISOString(),
    ...(environment === undefined ? {} : { environment }),
  });
  const counting = live.filter(({ freezeId, revision }) => revisions.get(freezeId) === revision);
  return ({ releaseId, environment, start }) => {
    const own = counting.filter(
      (one) =>
        one.releaseId === releaseId &&
        one.environment === environment &&
        Date.parse(start) < Date.parse(one.expiresAt),
    );
    return own.length === 0 ? {} : { overrides: [...new Set(own.map(({ freezeId }) => freezeId))] };
  };
}
