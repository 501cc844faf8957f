import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { ana, ben } from '../../../test/support/calendar-builders.ts';
import { startPostgres, type TestServer } from '../../../test/support/postgres.ts';
import type { Store } from '../../database/open.ts';
import {
  createFeed,
  createFeedOnce,
  feedById,
  feedByToken,
  listFeeds,
  revokeFeed,
  touchFeed,
} from './feeds.ts';

let server: TestServer;
let store: Store;
beforeAll(async () => {
  server = await startPostgres();
});
afterAll(() => server.stop());
beforeEach(async () => {
  store = await server.database();
});

const at = '2026-11-02T09:00:00.000Z';
const wanted = { name: 'Mine', person: 'ana', services: ['shop'], environments: [], by: ana, at };

test('a feed is found by its address alone, and the record cannot tell the address', async () => {
  const { token, feed } = await createFeed(store.db, wanted);
  expect(token).toMatch(/^[A-Za-z0-9_-]{43}$/);
  expect(await feedByToken(store.db, token)).toEqual(feed);
  expect(await feedByToken(store.db, `${token.slice(0, -1)}!`)).toBeUndefined();
  expect(await feedByToken(store.db, 'A'.repeat(43))).toBeUndefined();
  const { rows } = await store.pool.query(
    `select string_agg(t::text, '') || (select string_agg(body, '') from audit_entries) as everything from calendar_feeds t`,
  );
  expect(JSON.stringify(rows)).not.toContain(token);
});

test('an address that was revoked answers no more, whoever revokes it, how often ever', async () => {
  const { token, feed } = await createFeed(store.db, wanted);
  await revokeFeed(store.db, { id: feed.id, by: ben, at });
  await revokeFeed(store.db, { id: feed.id, by: ana, at });
  expect(await feedByToken(store.db, token)).toBeUndefined();
  expect(await feedById(store.db, feed.id)).toEqual({ ...feed, revokedAt: at });
  const { rows } = await store.pool.query<{ sentence: string }>(
    `select sentence from audit_entries where action like 'feed.%' order by seq`,
  );
  expect(rows.map(({ sentence }) => sentence)).toEqual([
    'Calendar feed "Mine" was made for ana.',
    'Calendar feed "Mine" of ana was revoked.',
  ]);
});

test('a person sees their own feeds; a reading is remembered to the minute', async () => {
  const { feed } = await createFeed(store.db, wanted);
  await createFeed(store.db, { ...wanted, person: 'ben', team: 'web' });
  expect(await listFeeds(store.db)).toHaveLength(2);
  await touchFeed(store.db, feed, new Date('2026-11-02T10:00:00.000Z'));
  const read = await feedById(store.db, feed.id);
  await touchFeed(store.db, read!, new Date('2026-11-02T10:00:59.000Z'));
  expect(await listFeeds(store.db, 'ana')).toEqual([{ ...feed, lastReadAt: '2026-11-02T10:00:00.000Z' }]);
});

test('a form that is sent again makes no second feed, and another person’s form is another', async () => {
  const first = await createFeedOnce(store.db, wanted, 'k');
  expect(first?.token).toMatch(/^[A-Za-z0-9_-]{43}$/);
  expect(await createFeedOnce(store.db, wanted, 'k')).toBeUndefined();
  expect(await createFeedOnce(store.db, { ...wanted, person: 'ben' }, 'k')).toBeDefined();
  expect(await listFeeds(store.db)).toHaveLength(2);
});
