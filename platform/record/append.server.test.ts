import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { startPostgres, type TestServer } from '../../test/support/postgres.ts';
import { anEvent } from '../../test/support/record-builders.ts';
import { exportAudit } from '../audit/export.ts';
import { verifyAudit } from '../audit/verify.ts';
import { verifyRecord } from '../audit/verify-record.ts';
import type { Store } from '../database/open.ts';
import { appendEvents } from './append.ts';
import { listen } from './listen.ts';
import { timeline } from './timeline.ts';

let server: TestServer;
let store: Store;
beforeAll(async () => {
  server = await startPostgres();
});
afterAll(() => server.stop());

const fresh = async (): Promise<Store> => (store = await server.database());
const count = async (): Promise<number> =>
  Number((await store.pool.query<{ n: number }>('select count(*) as n from audit_entries')).rows[0]?.n);

test('a batch that is handed over twice is written once, and what is new in it is added', async () => {
  const { db } = await fresh();
  const first = [anEvent('a'), anEvent('b')];
  expect(await appendEvents(db, 'rel_1', first)).toBe(2);
  expect(await appendEvents(db, 'rel_1', first)).toBe(0);
  expect(await appendEvents(db, 'rel_1', [...first, anEvent('c'), anEvent('c')])).toBe(1);
  expect((await timeline(db, 'rel_1', { limit: 10 })).map((entry) => [entry.seq, entry.sentence])).toEqual([
    [1, 'What a says.'],
    [2, 'What b says.'],
    [3, 'What c says.'],
  ]);
});

test('the same key in another release, or in none, is another event', async () => {
  const { db } = await fresh();
  expect(await appendEvents(db, 'rel_1', [anEvent('a')])).toBe(1);
  expect(await appendEvents(db, 'rel_2', [anEvent('a')])).toBe(1);
  expect(await appendEvents(db, null, [anEvent('a')])).toBe(1);
  expect(await appendEvents(db, null, [anEvent('a')])).toBe(0);
});

test('eight writers at once leave a log without gaps that verifies', async () => {
  const { db } = await fresh();
  const writer = async (number: number): Promise<void> => {
    for (let i = 0; i < 12; i += 1)
      await appendEvents(db, i % 4 === 0 ? null : `rel_${i % 3}`, [anEvent(`${number}/${i}`)]);
  };
  await Promise.all(Array.from({ length: 8 }, (_, number) => writer(number)));
  expect(await verifyRecord(db)).toMatchObject({ valid: true, entries: 96 });
});

test('an append whose transaction is rolled back leaves no gap', async () => {
  const { db } = await fresh();
  await appendEvents(db, 'rel_1', [anEvent('a')]);
  const broken = db.transaction().execute(async (trx) => {
    await appendEvents(trx, 'rel_1', [anEvent('lost')]);
    throw new Error('on purpose');
  });
  await expect(broken).rejects.toThrow('on purpose');
  await appendEvents(db, 'rel_1', [anEvent('b')]);
  expect(await verifyRecord(db)).toMatchObject({ valid: true, entries: 2 });
});

test.each([
  ['update', `update audit_entries set sentence = 'other'`],
  ['delete', 'delete from audit_entries'],
  ['truncate', 'truncate audit_entries'],
  [
    'a gap',
    `insert into audit_entries select 99, gen_random_uuid(), release_id, 99, 'z', at, recorded_at, action, actor_id, object, sentence, body, leaf, hash, release_hash from audit_entries limit 1`,
  ],
])('the database refuses %s', async (_what, statement) => {
  const { db, pool } = await fresh();
  await appendEvents(db, 'rel_1', [anEvent('a')]);
  await expect(pool.query(statement)).rejects.toMatchObject({ code: 'P0001' });
  expect(await count()).toBe(1);
});

const tampered: [string, number, string][] = [
  ['a changed body', 3, `update audit_entries set body = replace(body, 'What c', 'What d') where seq = 3`],
  [
    'a changed body with its leaf made anew',
    3,
    `update audit_entries set body = replace(body, 'What c', 'What d'),
     leaf = encode(sha256('\\x00'::bytea || convert_to(replace(body, 'What c', 'What d'), 'UTF8')), 'hex') where seq = 3`,
  ],
  ['a removed entry', 2, 'delete from audit_entries where seq = 2'],
  [
    'two entries exchanged',
    2,
    `update audit_entries set seq = -2 where seq = 2; update audit_entries set seq = 2 where seq = 3; update audit_entries set seq = 3 where seq = -2`,
  ],
  ['a release hash of another entry', 4, `update audit_entries set release_hash = hash where seq = 4`],
  ['a column that contradicts the body', 4, `update audit_entries set actor_id = 'eve' where seq = 4`],
  ['the last entry cut off', 5, 'delete from audit_entries where seq = 5'],
];
test.each(tampered)(
  '%s by the owner of the database is found, with its number',
  async (_what, seq, statement) => {
    const { db, pool } = await fresh();
    await appendEvents(
      db,
      'rel_1',
      ['a', 'b', 'c', 'd', 'e'].map((key) => anEvent(key)),
    );
    await pool.query(
      `alter table audit_entries disable trigger user; ${statement}; alter table audit_entries enable trigger user`,
    );
    const report = await verifyRecord(db);
    expect(report).toMatchObject({ valid: false, entries: seq - 1, firstBroken: { seq } });
  },
);

test('decimals, odd text and missing facts are written in a form that verifies', async () => {
  const { db } = await fresh();
  const facts = {
    rate: 0.25,
    none: undefined,
    when: new Date(0),
    huge: 2 ** 60,
    nan: Number.NaN,
    list: [1, undefined, 'ü'],
    nul: 'a\0b',
    half: '\ud83d',
  };
  await appendEvents(db, 'rel_1', [anEvent('a', { sentence: 'with \0 and \ud83d', facts })]);
  const [entry] = await timeline(db, 'rel_1', { limit: 1 });
  expect(entry?.facts).toEqual({
    rate: '0.25',
    when: '1970-01-01T00:00:00.000Z',
    huge: '1152921504606847000',
    nan: 'NaN',
    list: [1, null, 'ü'],
    nul: 'ab',
    half: '\ufffd',
  });
  expect(await verifyRecord(db)).toMatchObject({ valid: true });
});

test('an export that was cut off, or changed on the way, does not verify', async () => {
  const { db } = await fresh();
  await appendEvents(db, 'rel_1', [anEvent('a'), anEvent('b')]);
  const lines: string[] = [];
  for await (const line of exportAudit(db)) lines.push(line);
  const verify = (changed: string[]) =>
    verifyAudit(
      (async function* () {
        yield* changed;
      })(),
    );
  expect(await verify(lines)).toMatchObject({ valid: true, entries: 2 });
  expect(await verify(lines.slice(0, 2))).toMatchObject({ valid: false, firstBroken: { seq: 2 } });
  expect(await verify(lines.slice(1))).toMatchObject({ valid: false, firstBroken: { seq: 0 } });
  expect(await verify([])).toMatchObject({ valid: false, firstBroken: { seq: 0 } });
  const otherInstallation = lines[0]!.replace(/inst_[0-9a-f]/, 'inst_x');
  expect(await verify([otherInstallation, ...lines.slice(1)])).toMatchObject({
    valid: false,
    firstBroken: { seq: 1 },
  });
});

test('subscribers hear of an append when it is committed, and again after the connection was lost', async () => {
  const { db, pool, connection } = await fresh();
  const heard: unknown[] = [];
  const listener = await listen({ connection });
  const next = (): Promise<void> =>
    new Promise((resolve) => {
      const stop = listener.subscribe('rel_1', (appended) => {
        heard.push(appended);
        stop();
        resolve();
      });
    });
  let told = next();
  await appendEvents(db, 'rel_2', [anEvent('a')]);
  await appendEvents(db, 'rel_1', [anEvent('a'), anEvent('b')]);
  await told;
  told = next();
  await pool.query(
    `select pg_terminate_backend(pid) from pg_stat_activity where query like 'listen %' and datname = current_database()`,
  );
  await told;
  told = next();
  await appendEvents(db, 'rel_1', [anEvent('c')]);
  await told;
  await listener.close();
  expect(heard).toEqual([
    { releaseId: 'rel_1', seq: 2 },
    { releaseId: 'rel_1' },
    { releaseId: 'rel_1', seq: 3 },
  ]);
});
