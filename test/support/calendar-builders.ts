import type { CalendarRule, CalendarScope } from '../../domain/calendar/model.ts';
import type { Actor, ReleaseOrder, StageView } from '../../domain/release/release.ts';
import type { Db } from '../../platform/database/open.ts';
import type { NewRule } from '../../platform/record/calendar/change-rules.ts';
import { aRelease, aStoredRelease, type StoredRelease } from './record-builders.ts';

export const ana: Actor = { id: 'ana', kind: 'person' };
export const ben: Actor = { id: 'ben', kind: 'person' };

export const everything: CalendarScope = { services: [], environments: [], labels: [] };

/** Who changes the calendar, when and why. */
export const byAna = (reason = 'Because of the sale.', at = '2026-11-01T09:00:00.000Z') => ({
  by: ana,
  at,
  reason,
});

/** A freeze of production around Black Friday. */
export const blackFriday = (rest: Partial<CalendarRule> = {}): NewRule & { id: string } => ({
  id: 'black-friday',
  kind: 'freeze',
  zone: 'Europe/Berlin',
  from: '2026-11-26T00:00',
  to: '2026-12-01T00:00',
  scope: { ...everything, environments: ['production'] },
  ...rest,
});

export const aStage = (environment: string, state: StageView['state'] = 'pending'): StageView => ({
  environment,
  state,
  checks: [],
  verdicts: [],
  rollout: [],
  soak: [],
});

/** A planned release in the record that is on its way through these stages. */
export async function aPlannedRelease(
  db: Db,
  service: string,
  stages: StageView[],
  order: Partial<ReleaseOrder> = {},
  version = '1.4.0',
): Promise<StoredRelease> {
  const release = aRelease(service, version, order);
  return aStoredRelease(db, { ...release, view: { ...release.view, stages } });
}

/** Releases that are still to be told something, oldest first, and why. */
export async function pendingWakes(db: Db): Promise<{ releaseId: string | null; cause: string }[]> {
  const rows = await db
    .selectFrom('wakes')
    .select(['release_id', 'cause'])
    .where('delivered_at', 'is', null)
    .where('release_id', 'is not', null)
    .orderBy('id')
    .execute();
  return rows.map((row) => ({ releaseId: row.release_id, cause: row.cause }));
}
