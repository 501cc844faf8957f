import { expect, test } from '@jest/globals';
import { pathMatcher, usualPaths } from '../../risk/paths.ts';
import { detectedMigrations, type FoundMigration } from './detected.ts';
import { evaluateRollbackPlan } from './evaluate.ts';

const additive: FoundMigration = { path: 'db/migrations/1.sql', kind: 'additive' };
const drop: FoundMigration = { path: 'db/migrations/2.sql', kind: 'irreversible' };
const program: FoundMigration = { path: 'app/migrations/0003_totals.py' };

test.each([
  [[], { kind: 'none', compatible: [], isFinal: false }],
  [[additive], { kind: 'additive', found: [additive.path], compatible: [], isFinal: false }],
  [[additive, drop], { kind: 'irreversible', found: [drop.path], compatible: [], isFinal: true }],
  [[additive, program], { kind: 'unknown', found: [program.path], compatible: [], isFinal: false }],
  [[program, drop], { kind: 'irreversible', found: [drop.path], compatible: [], isFinal: true }],
])('of %j the worst counts, and what nobody can read leaves it unknown', (found, migrations) => {
  expect(detectedMigrations(found as FoundMigration[])).toEqual(migrations);
});

test('what nobody can read is named, with what to write into it', () => {
  const way = { service: 'shop', version: '1.4.0', isFirst: false };
  const verdict = evaluateRollbackPlan(
    { isRequired: true },
    [{ ...way, target: { version: '1.3.0', isThere: 'yes' }, migrations: detectedMigrations([program]) }],
    '2026-06-01T09:00:00.000Z',
  );
  expect(verdict).toMatchObject({ kind: 'waiting' });
  expect(verdict.because).toContain('app/migrations/0003_totals.py');
  expect(verdict.because).toContain('gantry: additive');
});

test.each([
  ['db/migrate/20260601_totals.rb', true],
  ['src/main/resources/db/migration/V7__totals.sql', true],
  ['alembic/versions/7_totals.py', true],
  ['src/main/resources/db/changelog/totals.xml', true],
  ['prisma/migrations/7_totals/migration.sql', true],
  ['Shop/Migrations/20260601_Totals.cs', true],
  ['src/totals.migration.ts', true],
  ['docs/changelog/7.md', false],
  ['src/versions/list.ts', false],
  ['docs/how-we-migrate.md', false],
])('%s is by default a migration: %s', (path, isOne) => {
  expect(pathMatcher(usualPaths.migrations)(path)).toBe(isOne);
});
