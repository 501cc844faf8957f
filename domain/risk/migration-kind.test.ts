import { expect, test } from '@jest/globals';
import { isBesideMigrations, migrationKindOf } from './migration-kind.ts';

test.each([
  [
    'what undoes it is not what it does',
    '-- migrate:up\ncreate table a (b int);\n-- migrate:down\ndrop table a;',
    'additive',
  ],
  ['goose', '-- +goose Up\ncreate table a (b int);\n-- +goose Down\ndrop table a;', 'additive'],
  ['sql-migrate', '-- +migrate Up\nupdate a set b = 1;\n-- +migrate Down\ndrop table a;', 'backfill'],
  [
    'what it does loses data',
    '-- migrate:up\ndrop table a;\n-- migrate:down\ncreate table a (b int);',
    'irreversible',
  ],
  [
    'the way back stands first',
    '-- migrate:down\ndrop table a;\n-- migrate:up\ncreate table a (b int);',
    'irreversible',
  ],
])('one file with both ways: %s', (_, text, kind) => {
  expect(migrationKindOf('db/migrations/7.sql', text)).toBe(kind);
});

test.each([
  ...[
    'migrations/0007_x.down.sql',
    'migrations/7_down.sql',
    'sql/migrations/U7__x.sql',
    'migrations/README.md',
  ],
  ...[
    'app/migrations/__init__.py',
    'drizzle/migrations/meta/_journal.json',
    'drizzle/migrations/meta/0001_snapshot.json',
  ],
  'src/Migrations/ShopModelSnapshot.cs',
])('%s lies beside the migrations', (path) => {
  expect(isBesideMigrations(path)).toBe(true);
});

test.each([
  'migrations/0007_x.up.sql',
  'migrations/7_shutdown.sql',
  'app/migrations/0002_more.py',
  'migrations/V7__x.sql',
])('%s is a migration', (path) => {
  expect(isBesideMigrations(path)).toBe(false);
});
