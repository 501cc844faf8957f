import { readdirSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { startPostgres, type TestServer } from '../../test/support/postgres.ts';
import { migrate, newestMigration } from './migrate.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startPostgres();
});
afterAll(() => server.stop());

test('four processes that migrate at once apply every step once and make one installation', async () => {
  const store = await server.database({ empty: true });
  const answers = await Promise.all([1, 2, 3, 4].map(() => migrate(store)));
  const steps = readdirSync(new URL('./migrations/', import.meta.url)).sort();
  expect(steps.length).toBeGreaterThan(4);
  expect(answers.flatMap((answer) => answer.applied)).toEqual(steps);
  const { rows } = await store.pool.query('select id from installation');
  expect(rows).toEqual([{ id: expect.stringMatching(/^inst_[0-9a-f]{32}$/) }]);
});

test('a database that a newer program has changed is refused and left alone', async () => {
  const store = await server.database();
  const newer = (await newestMigration()) + 1;
  await store.pool.query(
    `insert into schema_migrations (number, name, checksum) values ($1, 'later.sql', 'x')`,
    [newer],
  );
  await expect(migrate(store)).rejects.toMatchObject({ code: 'DATABASE_TOO_NEW' });
});

test('a step whose contents are not those that were applied is refused', async () => {
  const store = await server.database();
  await store.pool.query(`update schema_migrations set checksum = 'other' where number = 1`);
  await expect(migrate(store)).rejects.toMatchObject({ code: 'CONFIGURATION_INVALID' });
});
