import { sql } from 'kysely';
import type { Component, ReleaseOrder, ReleaseView, StallView } from '../../domain/release/release.ts';
import { releaseTitle } from '../../domain/release/release.ts';
import { withResidue } from '../../domain/release/residue.ts';
import { withStall } from '../../domain/release/stalled.ts';
import type { Db } from '../database/open.ts';
import { GantryError } from '../errors.ts';
import { cursorAt, readCursor } from './cursor.ts';
import { inServiceOrder } from './service-order.ts';
import { stallOfRow } from './stalled.ts';

/** What is read of a release that is to be shown: its workflow's word, what is left of it by that, and whether that workflow stands still. */
const shown = ['view', stallOfRow.as('stall')] as const;
const viewOf = (row: { view: ReleaseView; stall: StallView | null }): ReleaseView =>
  withStall(withResidue(row.view), row.stall);

export async function readRelease(db: Db, id: string): Promise<ReleaseView | undefined> {
  const row = await db.selectFrom('releases').select(shown).where('id', '=', id).executeTakeFirst();
  return row && viewOf(row);
}

/** What the workflow was, or will be, started with. */
export async function readOrder(
  db: Db,
  id: string,
): Promise<{ order: ReleaseOrder; workflowId: string; started: boolean } | undefined> {
  const row = await db
    .selectFrom('releases')
    .select(['release_order', 'workflow_id', 'started_at'])
    .where('id', '=', id)
    .executeTakeFirst();
  return row && { order: row.release_order, workflowId: row.workflow_id, started: row.started_at !== null };
}

export type Found =
  | { kind: 'one'; view: ReleaseView }
  | { kind: 'none' }
  | { kind: 'many'; candidates: { id: string; title: string; state: string }[] };

/** So many candidates are named for a text that means several releases. */
const candidateLimit = 10;

/** The release that people mean by its id, by a beginning of it that no other has, or by `shop@1.4.0` (its newest attempt). */
export async function findRelease(db: Db, text: string): Promise<Found> {
  const exact = await readRelease(db, text);
  if (exact) return { kind: 'one', view: exact };
  const [service, version, ...rest] = text.split('@');
  if (service !== undefined && version !== undefined && rest.length === 0)
    return newestOf(db, service, version);
  return startingWith(db, text);
}

/** The one release that a text means. @throws NOT_FOUND, AMBIGUOUS_ID */
export async function releaseMeant(db: Db, text: string): Promise<ReleaseView> {
  const found = await findRelease(db, text);
  if (found.kind === 'none') throw new GantryError('NOT_FOUND', { what: 'release', id: text });
  if (found.kind === 'many') throw ambiguous(text, found.candidates);
  return found.view;
}

function ambiguous(
  text: string,
  candidates: readonly { id: string; title: string; state: string }[],
): GantryError {
  const errors = candidates.map(({ id, title, state }) => ({
    pointer: '/id',
    code: 'CANDIDATE',
    detail: `${id}: ${title}, ${state}`,
    remedy: `Write ${id}.`,
  }));
  const list = candidates.map(({ id, title }) => `${id} (${title})`).join(', ');
  return new GantryError(
    'AMBIGUOUS_ID',
    { id: text, candidates: list, detail: `"${text}" means several releases: ${list}` },
    { errors },
  );
}

async function newestOf(db: Db, service: string, version: string): Promise<Found> {
  const row = await db
    .selectFrom('releases')
    .innerJoin('release_components', 'release_components.release_id', 'releases.id')
    .select(shown)
    .where('release_components.service', '=', service)
    .where('release_components.version', '=', version)
    .orderBy('created_at', 'desc')
    .orderBy('id', 'desc')
    .executeTakeFirst();
  return row ? { kind: 'one', view: viewOf(row) } : { kind: 'none' };
}

/** `0189…` is taken for `rel_0189…`. */
async function startingWith(db: Db, text: string): Promise<Found> {
  if (text === '') return { kind: 'none' };
  const rows = await db
    .selectFrom('releases')
    .select(shown)
    .where((row) =>
      row.or([sql<boolean>`starts_with(id, ${text})`, sql<boolean>`starts_with(id, ${`rel_${text}`})`]),
    )
    .orderBy('created_at', 'desc')
    .limit(candidateLimit)
    .execute();
  const [first, ...others] = rows;
  if (!first) return { kind: 'none' };
  if (others.length === 0) return { kind: 'one', view: viewOf(first) };
  return {
    kind: 'many',
    candidates: rows.map(({ view }) => ({
      id: view.id,
      title: releaseTitle(view.components),
      state: view.state,
    })),
  };
}

/** Which releases a list shows. `environment`: those whose pipeline goes there; `from` and `to`: asked for in that time. */
export interface ReleaseFilter {
  limit: number;
  cursor?: string;
  service?: string;
  /** Only releases of nothing but these services. */
  within?: readonly string[];
  environment?: string;
  state?: string[];
  open?: boolean;
  from?: string;
  to?: string;
}

/** Releases, newest first. `next` is the cursor of the page after this one; REQUEST_INVALID for one that we did not give. */
export async function listReleases(
  db: Db,
  filter: ReleaseFilter,
): Promise<{ items: ReleaseView[]; next?: string }> {
  let query = db.selectFrom('releases').select([...shown, 'created_at', 'id']);
  const { cursor, service, within, environment, state, open, from, to, limit } = filter;
  if (service !== undefined) query = query.where(sql<boolean>`${service} = any(services)`);
  if (within !== undefined) query = query.where(sql<boolean>`services <@ ${within}::text[]`);
  if (environment !== undefined)
    query = query.where(sql<boolean>`view->'stages' @> ${JSON.stringify([{ environment }])}::jsonb`);
  if (state !== undefined && state.length > 0) query = query.where('state', 'in', state);
  if (open !== undefined) query = query.where('ended_at', open ? 'is' : 'is not', null);
  if (from !== undefined) query = query.where('created_at', '>=', new Date(from));
  if (to !== undefined) query = query.where('created_at', '<', new Date(to));
  if (cursor !== undefined) {
    const after = readCursor(cursor);
    query = query.where(sql<boolean>`(created_at, id) < (${after.at}::timestamptz, ${after.id})`);
  }
  const rows = await query
    .orderBy('created_at', 'desc')
    .orderBy('id', 'desc')
    .limit(limit + 1)
    .execute();
  const page = rows.slice(0, limit);
  const last = page.at(-1);
  const items = page.map(viewOf);
  return last && rows.length > limit ? { items, next: cursorAt(last.created_at, last.id) } : { items };
}

/** All releases that have not ended, oldest first. */
export async function openReleases(db: Db): Promise<ReleaseView[]> {
  const rows = await db
    .selectFrom('releases')
    .select(shown)
    .where('ended_at', 'is', null)
    .orderBy('created_at')
    .execute();
  return rows.map(viewOf);
}

/** How often exactly these versions have been released, and the attempt among them that is still open. */
export async function attemptsOf(
  db: Db,
  components: readonly Pick<Component, 'service' | 'version'>[],
): Promise<{ attempts: number; open?: ReleaseView }> {
  const sorted = inServiceOrder(components);
  const rows = await db
    .selectFrom('releases')
    .select(['attempt', 'view', 'ended_at'])
    .where(sql<boolean>`services = ${sorted.map((each) => each.service)}::text[]`)
    .where(sql<boolean>`versions = ${sorted.map((each) => each.version)}::text[]`)
    .execute();
  const attempts = Math.max(0, ...rows.map((row) => row.attempt));
  const open = rows.find((row) => row.ended_at === null)?.view;
  return open ? { attempts, open } : { attempts };
}

/** The open release of a train that carries one of these versions, with the one that it carries. */
export async function openTrainWith(
  db: Db,
  components: readonly Pick<Component, 'service' | 'version'>[],
): Promise<{ view: ReleaseView; service: string; version: string } | undefined> {
  const services = components.map((each) => each.service);
  const rows = await db
    .selectFrom('releases')
    .select('view')
    .where('ended_at', 'is', null)
    .where(sql<boolean>`view ? 'train'`)
    .where(sql<boolean>`services && ${services}::text[]`)
    .execute();
  for (const { view } of rows) {
    const met = components.find(({ service, version }) =>
      view.components.some((one) => one.service === service && one.version === version),
    );
    if (met) return { view, service: met.service, version: met.version };
  }
  return undefined;
}
