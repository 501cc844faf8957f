import { randomBytes } from 'node:crypto';
import type { Selectable } from 'kysely';
import type { Actor } from '../../../domain/release/release.ts';
import { inTransaction, type Db } from '../../database/open.ts';
import type { Database } from '../../database/schema.ts';
import { newId, sha256 } from '../../ids.ts';
import { personNames } from '../person-names.ts';
import { appendEvents } from '../append.ts';

/** A calendar that programs read by an address; never its secret, which is shown once when it is made. */
export interface FeedRecord {
  id: string;
  name: string;
  /** Person whose calendar it is. */
  person: string;
  /** Only what concerns this team's releases; left out: all teams. */
  team?: string;
  /** Empty: all of them. */
  services: string[];
  environments: string[];
  createdAt: string;
  createdBy: string;
  revokedAt?: string;
  lastReadAt?: string;
}

export interface NewFeed {
  name: string;
  person: string;
  team?: string;
  services: string[];
  environments: string[];
  by: Actor;
  at: string;
  requestId?: string;
}

/** What stands in the address: 256 bits, which no one guesses. */
const tokenShape = /^[A-Za-z0-9_-]{43}$/;

/** Makes a feed. `token` is the secret part of its address and is kept nowhere. */
export async function createFeed(db: Db, wanted: NewFeed): Promise<{ token: string; feed: FeedRecord }> {
  const made = await writeFeed(db, wanted, newId('feed'));
  if (!made) throw new Error('A new id was given out twice.');
  return made;
}

/**
 * The same for a form that may be sent again, by a reload: `key` is what one showing of the form carries. Answers undefined
 * where it was sent before; its address was shown then, and is known no more.
 */
export async function createFeedOnce(
  db: Db,
  wanted: NewFeed,
  key: string,
): Promise<{ token: string; feed: FeedRecord } | undefined> {
  return writeFeed(db, wanted, `feed_${sha256(`${wanted.person}/${key}`).slice(0, 32)}`);
}

async function writeFeed(
  db: Db,
  wanted: NewFeed,
  id: string,
): Promise<{ token: string; feed: FeedRecord } | undefined> {
  const token = randomBytes(32).toString('base64url');
  const row = {
    id,
    hash: sha256(token),
    name: wanted.name,
    person: wanted.person,
    team: wanted.team ?? null,
    services: wanted.services,
    environments: wanted.environments,
    created_at: wanted.at,
    created_by: wanted.by.id,
  };
  return inTransaction(db, async (trx) => {
    const made = await trx
      .insertInto('calendar_feeds')
      .values(row)
      .onConflict((conflict) => conflict.column('id').doNothing())
      .returningAll()
      .executeTakeFirst();
    if (!made) return undefined;
    await appendEvents(trx, null, [
      {
        key: `feed/${row.id}/created`,
        at: wanted.at,
        actor: wanted.by,
        action: 'feed.created',
        object: `calendar feed ${row.id}`,
        sentence: `Calendar feed "${wanted.name}" was made for ${(await personNames(trx))(wanted.person)}.`,
        facts: { person: wanted.person, services: wanted.services, environments: wanted.environments },
        ...(wanted.requestId === undefined ? {} : { requestId: wanted.requestId }),
      },
    ]);
    return { token, feed: feedOf(made) };
  });
}

/** The feed of this address, unless it was revoked. */
export async function feedByToken(db: Db, token: string): Promise<FeedRecord | undefined> {
  if (!tokenShape.test(token)) return undefined;
  const row = await db
    .selectFrom('calendar_feeds')
    .selectAll()
    .where('hash', '=', sha256(token))
    .where('revoked_at', 'is', null)
    .executeTakeFirst();
  return row && feedOf(row);
}

export async function feedById(db: Db, id: string): Promise<FeedRecord | undefined> {
  const row = await db.selectFrom('calendar_feeds').selectAll().where('id', '=', id).executeTakeFirst();
  return row && feedOf(row);
}

/** Feeds, newest first, revoked ones, too; with `person` only that person's. */
export async function listFeeds(db: Db, person?: string): Promise<FeedRecord[]> {
  const all = db.selectFrom('calendar_feeds').selectAll();
  const wanted = person === undefined ? all : all.where('person', '=', person);
  const rows = await wanted.orderBy('created_at', 'desc').orderBy('id').execute();
  return rows.map(feedOf);
}

/** Remembers the last reading, to the minute: programs read often. */
export async function touchFeed(db: Db, feed: FeedRecord, now: Date): Promise<void> {
  if (feed.lastReadAt !== undefined && now.getTime() - Date.parse(feed.lastReadAt) < 60_000) return;
  await db.updateTable('calendar_feeds').set({ last_read_at: now }).where('id', '=', feed.id).execute();
}

/** Ends a feed: its address answers no more. Ending it again changes nothing. */
export async function revokeFeed(
  db: Db,
  o: { id: string; by: Actor; at: string; requestId?: string },
): Promise<void> {
  await inTransaction(db, async (trx) => {
    const ended = await trx
      .updateTable('calendar_feeds')
      .set({ revoked_at: o.at })
      .where('id', '=', o.id)
      .where('revoked_at', 'is', null)
      .returning(['name', 'person'])
      .executeTakeFirst();
    if (!ended) return;
    await appendEvents(trx, null, [
      {
        key: `feed/${o.id}/revoked`,
        at: o.at,
        actor: o.by,
        action: 'feed.revoked',
        object: `calendar feed ${o.id}`,
        sentence: `Calendar feed "${ended.name}" of ${(await personNames(trx))(ended.person)} was revoked.`,
        ...(o.requestId === undefined ? {} : { requestId: o.requestId }),
      },
    ]);
  });
}

const feedOf = (row: Selectable<Database['calendar_feeds']>): FeedRecord => ({
  id: row.id,
  name: row.name,
  person: row.person,
  ...(row.team === null ? {} : { team: row.team }),
  services: row.services,
  environments: row.environments,
  createdAt: row.created_at.toISOString(),
  createdBy: row.created_by,
  ...(row.revoked_at === null ? {} : { revokedAt: row.revoked_at.toISOString() }),
  ...(row.last_read_at === null ? {} : { lastReadAt: row.last_read_at.toISOString() }),
});
