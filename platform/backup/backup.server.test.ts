import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { startPostgres, type TestServer } from '../../test/support/postgres.ts';
import { blackFriday, byAna } from '../../test/support/calendar-builders.ts';
import { anEvent, aRelease, aStoredRelease } from '../../test/support/record-builders.ts';
import { appendEvents } from '../record/append.ts';
import { addRule, changeRule } from '../record/calendar/change-rules.ts';
import { writeDependencies } from '../record/calendar/dependencies.ts';
import { createFeed } from '../record/calendar/feeds.ts';
import { recordBatch, timeline } from '../record/releases.ts';
import { adopt, whatRuns } from '../record/running.ts';
import type { Db, Store } from '../database/open.ts';
import { makeBackup } from './make-backup.ts';
import { restoreBackup } from './restore-backup.ts';

let server: TestServer;
let folder: string;
beforeAll(async () => {
  server = await startPostgres();
  folder = await mkdtemp(path.join(os.tmpdir(), 'gantry-backup-'));
});
afterAll(async () => {
  await server.stop();
  await rm(folder, { recursive: true, force: true });
});

/** A record in which every kind of column is used. */
async function aFullRecord(): Promise<{ store: Store; releaseId: string }> {
  const store = await server.database();
  const release = await aStoredRelease(store.db, aRelease());
  const { releaseId } = release.order;
  await adopt(store.db, {
    service: 'shop',
    version: '1.3.0',
    environment: 'production',
    by: { id: 'ana', kind: 'person' },
    at: '2026-05-01T09:00:00.000Z',
  });
  const lines = Array.from({ length: 450 }, (_, i) =>
    anEvent(`e${i}`, { sentence: `Line ${i} with "quotes",\n lines and ü.` }),
  );
  await appendEvents(store.db, releaseId, lines);
  await appendEvents(store.db, null, lines.slice(0, 100));
  await recordBatch(store.db, {
    releaseId,
    events: [anEvent('end')],
    view: {
      ...release.view,
      seq: 1,
      state: 'succeeded',
      ended: { at: '2026-06-01T10:00:00.000Z', because: 'Done.' },
    },
    workflow: { id: release.workflowId, runId: 'run' },
  });
  await store.pool.query(
    `insert into measurements values ($1, 'production', 'shop', 'soak', 'errors', 1, now(), 0.1, 'passed', 'ok')`,
    [releaseId],
  );
  await store.pool.query(
    `insert into measurements values ($1, 'production', 'shop', 'soak', 'errors', 2, now(), 'NaN', 'error', 'none')`,
    [releaseId],
  );
  await store.pool.query(
    `insert into mailbox (recipient, sender, subject, text_part, html_part, raw) values ('a', 'b', 'c', 'd', 'e', 'f')`,
  );
  await addCalendar(store.db, releaseId);
  return { store, releaseId };
}

/** A freeze that was changed, a wake that is still to be told, a feed and what a release waits for. */
async function addCalendar(db: Db, releaseId: string): Promise<void> {
  await addRule(db, { ...byAna(), rule: blackFriday() });
  await changeRule(db, { ...byAna(), rule: blackFriday({ to: '2026-12-05T00:00' }) });
  const { by, at } = byAna();
  await createFeed(db, { name: 'Mine', person: 'ana', services: ['shop'], environments: [], by, at });
  await writeDependencies(db, { releaseId, needs: [{ kind: 'release', releaseId: 'rel_x' }], at });
}

const contentsOf = async (store: Store, table: string): Promise<unknown[]> =>
  (await store.pool.query<{ row: unknown }>(`select to_jsonb(t)::text as row from ${table} t order by 1`))
    .rows;

test('a backup brings every row of every table into an empty database, and the log there verifies and goes on', async () => {
  const { store, releaseId } = await aFullRecord();
  const file = path.join(folder, 'whole');
  const header = await makeBackup(store, { file });
  const target = await server.database({ empty: true });
  const { audit } = await restoreBackup(target, { file });
  expect(audit).toMatchObject({
    valid: true,
    entries: header.tables.find((table) => table.name === 'audit_entries')?.rows,
  });
  expect(header.tables.map((table) => table.name).sort()).toEqual(
    (
      await store.pool.query<{ name: string }>(
        `select relname as name from pg_class where relkind = 'r' and relnamespace = 'public'::regnamespace and relname <> 'schema_migrations' order by 1`,
      )
    ).rows.map((row) => row.name),
  );
  // the restore itself is one more entry, with which the heads move
  const grown = new Set(['audit_entries', 'chain_heads']);
  for (const { name } of header.tables)
    if (!grown.has(name))
      expect([name, await contentsOf(target, name)]).toEqual([name, await contentsOf(store, name)]);
  expect(await timeline(target.db, releaseId, { limit: 1000 })).toEqual(
    await timeline(store.db, releaseId, { limit: 1000 }),
  );
  expect(await whatRuns(target.db)).toHaveLength(1);
  await target.pool.query(
    `insert into mailbox (recipient, sender, subject, text_part, html_part, raw) values ('a', 'b', 'c', 'd', 'e', 'f')`,
  );
  expect(await contentsOf(target, 'mailbox')).toHaveLength(2);
});

test('a restore refuses a database that holds anything', async () => {
  const { store } = await aFullRecord();
  const file = path.join(folder, 'refused');
  await makeBackup(store, { file });
  const before = await contentsOf(store, 'audit_entries');
  await expect(restoreBackup(store, { file })).rejects.toMatchObject({ code: 'BACKUP_TARGET_NOT_EMPTY' });
  expect(await contentsOf(store, 'audit_entries')).toEqual(before);
});

test('a backup never overwrites a file', async () => {
  const store = await server.database();
  const file = path.join(folder, 'there');
  await writeFile(file, 'mine');
  await expect(makeBackup(store, { file })).rejects.toMatchObject({ code: 'USAGE' });
  expect(await readFile(file, 'utf8')).toBe('mine');
});

test('files of the engine come back as they were', async () => {
  const store = await server.database();
  const engine = path.join(folder, 'temporal.db');
  const bytes = Buffer.from(Array.from({ length: 150_000 }, (_, i) => (i * 7) % 256));
  await writeFile(engine, bytes);
  const file = path.join(folder, 'with-engine');
  await makeBackup(store, { file, engine: [engine] });
  const engineDir = await mkdtemp(path.join(folder, 'restored-'));
  await restoreBackup(await server.database({ empty: true }), { file, engineDir });
  expect((await readFile(path.join(engineDir, 'temporal.db'))).equals(bytes)).toBe(true);
});

const spoiled: [string, (text: string) => Buffer][] = [
  ['cut off', (text) => gzipSync(text.slice(0, -200))],
  ['changed in the middle', (text) => gzipSync(text.replace('Line 7 ', 'Line 8 '))],
  ['without its last line', (text) => gzipSync(text.split('\n').slice(0, -2).join('\n'))],
  ['another kind of file', () => Buffer.from('hello')],
  ['empty', () => gzipSync('')],
];
test.each(spoiled)('a backup that is %s is refused before anything is restored', async (_what, spoil) => {
  const { store } = await aFullRecord();
  const file = path.join(folder, `spoiled-${_what.replaceAll(' ', '-')}`);
  await makeBackup(store, { file });
  await writeFile(file, spoil(gunzipSync(await readFile(file)).toString('utf8')));
  const target = await server.database({ empty: true });
  await expect(restoreBackup(target, { file })).rejects.toMatchObject({ code: 'BACKUP_UNREADABLE' });
  expect(
    (
      await target.pool.query(
        `select 1 from pg_class where relkind = 'r' and relnamespace = 'public'::regnamespace`,
      )
    ).rowCount,
  ).toBe(0);
});
