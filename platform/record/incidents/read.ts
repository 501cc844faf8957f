import { sql, type Selectable } from 'kysely';
import { countedForDays, type Incident } from '../../../domain/incidents/incident.ts';
import type { Db } from '../../database/open.ts';
import type { Database } from '../../database/schema.ts';
import { GantryError } from '../../errors.ts';
import { cursorAt, readCursor } from '../cursor.ts';

/** Which incidents a list shows; all of them, newest first, where nothing is asked for. */
export interface IncidentFilter {
  service?: string;
  state?: 'open' | 'closed';
  release?: string;
  /** Only of these; left out: of all. */
  services?: readonly string[];
  /** `next` of the page before. */
  cursor?: string | undefined;
  limit: number;
}

/** Incidents, those that began last on top. @throws REQUEST_INVALID for a cursor that this list has not given */
export async function listIncidents(
  db: Db,
  filter: IncidentFilter,
): Promise<{ items: Incident[]; next?: string }> {
  let query = db.selectFrom('incidents').selectAll();
  if (filter.service !== undefined) query = query.where('service', '=', filter.service);
  if (filter.state !== undefined) query = query.where('state', '=', filter.state);
  if (filter.release !== undefined) query = query.where('release_id', '=', filter.release);
  if (filter.services !== undefined) query = query.where('service', 'in', [...filter.services]);
  if (filter.cursor !== undefined) {
    const after = readCursor(filter.cursor);
    query = query.where(sql<boolean>`(started_at, id) < (${after.at}::timestamptz, ${after.id})`);
  }
  const rows = await query
    .orderBy('started_at', 'desc')
    .orderBy('id', 'desc')
    .limit(filter.limit + 1)
    .execute();
  const page = rows.slice(0, filter.limit);
  const last = page.at(-1);
  const items = page.map(incidentOf);
  return last && rows.length > filter.limit ? { items, next: cursorAt(last.started_at, last.id) } : { items };
}

/** @throws NOT_FOUND */
export async function incidentById(db: Db, id: string): Promise<Incident> {
  const row = await db.selectFrom('incidents').selectAll().where('id', '=', id).executeTakeFirst();
  if (!row) throw new GantryError('NOT_FOUND', { what: 'incident', id });
  return incidentOf(row);
}

export async function incidentByKey(db: Db, key: string): Promise<Incident | undefined> {
  const row = await db.selectFrom('incidents').selectAll().where('key', '=', key).executeTakeFirst();
  return row && incidentOf(row);
}

/** Open ones whose key begins so. */
export async function openIncidentsBegun(db: Db, prefix: string): Promise<Incident[]> {
  const rows = await db
    .selectFrom('incidents')
    .selectAll()
    .where('state', '=', 'open')
    .where(sql<boolean>`starts_with(key, ${prefix})`)
    .execute();
  return rows.map(incidentOf);
}

/** Confirmed incidents of a service that began within the last 30 days before `now`, newest first. */
export async function confirmedIncidents(db: Db, o: { service: string; now: string }): Promise<Incident[]> {
  const from = new Date(Date.parse(o.now) - countedForDays * 86_400_000);
  const rows = await db
    .selectFrom('incidents')
    .selectAll()
    .where('service', '=', o.service)
    .where('attribution', '=', sql<'confirmed'>`'confirmed'`)
    .where('started_at', '>=', from)
    .orderBy('started_at', 'desc')
    .execute();
  return rows.map(incidentOf);
}

export const incidentOf = (row: Selectable<Database['incidents']>): Incident => ({
  id: row.id,
  title: row.title,
  service: row.service,
  ...(row.environment === null ? {} : { environment: row.environment }),
  severity: row.severity,
  state: row.state,
  source: row.source,
  startedAt: row.started_at.toISOString(),
  openedAt: row.opened_at.toISOString(),
  openedBy: row.opened_by,
  ...(row.closed_at === null ? {} : { closedAt: row.closed_at.toISOString() }),
  ...(row.closed_by === null ? {} : { closedBy: row.closed_by }),
  ...(row.outcome === null ? {} : { outcome: row.outcome }),
  attribution: {
    state: row.attribution,
    because: row.attribution_because,
    ...(row.release_id === null ? {} : { releaseId: row.release_id }),
    ...(row.deployment_id === null ? {} : { deploymentId: row.deployment_id }),
    ...(row.version === null ? {} : { version: row.version }),
    ...(row.attributed_by === null ? {} : { by: row.attributed_by }),
    ...(row.attributed_at === null ? {} : { at: row.attributed_at.toISOString() }),
  },
  ...(row.link === null ? {} : { link: row.link }),
  revision: row.revision,
});
