import type { CalendarAnswer } from '../../../domain/calendar/model.ts';
import { inScope } from '../../../domain/calendar/open.ts';
import type { Db } from '../../database/open.ts';
import { currentPolicy } from '../policies.ts';
import { labelsOf } from './concerned.ts';
import { rulesInForce } from './rules.ts';

/**
 * The calendar's answer for a stage that no rule and no reservation concerns, so that its release need not ask again until it
 * is woken; undefined where it must ask. Where the calendar's revision has moved since, the deploy door asks in any case.
 */
export async function quietCalendar(
  db: Db,
  o: { environment: string; services: readonly string[]; now: string },
): Promise<CalendarAnswer | undefined> {
  // the revision first: a reservation that comes after it raises it, and the answer is asked for again
  const { revision, rules } = await rulesInForce(db);
  const reserved = await db
    .selectFrom('reservations')
    .select('id')
    .where('environment', '=', o.environment)
    .where('state', '=', 'reserved')
    .limit(1)
    .executeTakeFirst();
  if (reserved) return undefined;
  if (rules.length > 0) {
    const labels = labelsOf((await currentPolicy(db))?.policy);
    const target = {
      environment: o.environment,
      environmentLabels: labels.environments.get(o.environment) ?? [],
      services: o.services.map((service) => ({ service, labels: labels.services.get(service) ?? [] })),
    };
    if (rules.some((rule) => inScope(rule.scope, target))) return undefined;
  }
  return { at: o.now, verdicts: [], despite: [], zoneData: process.versions['tz'] ?? 'unknown', revision };
}
