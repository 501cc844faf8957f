import { describe, expect, test } from '@jest/globals';
import { dependencyChanges, readDependencies } from './dependency-changes.ts';
import { migrationKindOf } from './migration-kind.ts';
import { configurationGroupsOf, pathMatcher, usualPaths } from './paths.ts';

describe('a path', () => {
  test.each([
    ['**/migrations/**', 'db/migrations/001.sql', true],
    ['**/migrations/**', 'migrations/001.sql', true],
    ['**/migrations/**', 'db/migrations.ts', false],
    ['*.tf', 'infra/main.tf', true],
    ['/a/*.js', 'a/b.js', false],
    ['src/*.ts', 'src/a.ts', true],
    ['src/*.ts', 'src/b/a.ts', false],
    ['**/{a,b}.json', 'x/b.json', true],
    ['file?.txt', 'file1.txt', true],
    ['a,b.txt', 'a,b.txt', true],
    ['a}b', 'a}b', true],
    ['a+(b).[c]', 'a+(b).[c]', true],
    ['open{', 'open', true],
  ])('%s means %s: %s', (pattern, path, isMeant) => {
    expect(pathMatcher([pattern])(path)).toBe(isMeant);
  });

  test.each([
    ['package-lock.json', 'ignore'],
    ['web/dist/main.js', 'ignore'],
    ['api/openapi.yaml', 'contract'],
    ['proto/cart.proto', 'contract'],
    ['prisma/migrations/20260101_x/migration.sql', 'migrations'],
    ['config/production.yaml', 'settings'],
    ['.env.production', 'secrets'],
    ['infra/main.tf', 'infrastructure'],
    ['Dockerfile', 'infrastructure'],
  ] as const)('%s counts as %s by the usual patterns', (path, kind) => {
    expect(pathMatcher(usualPaths[kind])(path)).toBe(true);
  });

  test('a file with secrets in a folder of settings is a secret, and each group counts once', () => {
    const { groups, evidence } = configurationGroupsOf(
      ['config/.env.live', 'config/a.yaml', 'config/b.yaml', 'src/a.ts'],
      usualPaths,
    );
    expect(groups).toEqual(['setting', 'secret']);
    expect(evidence).toEqual([
      'setting: config/a.yaml',
      'setting: config/b.yaml',
      'secret: config/.env.live',
    ]);
  });
});

describe('direct runtime dependencies', () => {
  test.each([
    ['^1.2.3', '^1.2.4', { patch: 1, minor: 0, major: 0 }],
    ['^1.2.3', '^1.3.0', { patch: 0, minor: 1, major: 0 }],
    ['^1.2.3', '2.0.0', { patch: 0, minor: 0, major: 1 }],
    ['2.0.0', '1.2.3', { patch: 0, minor: 0, major: 1 }],
    ['1.0.0', '1.0.1-beta.1', { patch: 0, minor: 0, major: 1 }],
    ['^1.2.3', '~1.2.3', { patch: 0, minor: 0, major: 0 }],
    ['^1.2.3', 'github:acme/x', { patch: 0, minor: 0, major: 1 }],
  ])('%s → %s', (before, after, measure) => {
    expect(dependencyChanges({ x: before }, { x: after }).measure).toEqual(measure);
  });

  test('a new one counts as major, one that is gone does not count', () => {
    expect(dependencyChanges({ old: '1.0.0' }, { fresh: '1.0.0' })).toEqual({
      measure: { patch: 0, minor: 0, major: 1 },
      evidence: ['fresh 1.0.0 is new'],
    });
  });

  test.each(['', '[]', '{"dependencies":[]}', 'null'])('are not read from %j', (text) => {
    expect(readDependencies(text)).toBeUndefined();
  });

  test('of a package without any are none', () => {
    expect(readDependencies('{"devDependencies":{"a":"1.0.0"}}')).toEqual({});
  });
});

describe('a migration', () => {
  test.each([
    ['create table a (id int);', 'additive'],
    ['alter table a add column b int;', 'additive'],
    ['alter table a alter column b drop not null;', 'additive'],
    ['alter table a drop constraint c;', 'additive'],
    ["create table a (note text default 'drop table b');", 'additive'],
    ['-- drop table a;\ncreate index i on a (b);', 'additive'],
    ['update a set b = 1;', 'backfill'],
    ['insert into a values (1);', 'backfill'],
    ['DROP TABLE a;', 'irreversible'],
    ['alter table a drop column b;', 'irreversible'],
    ['ALTER TABLE a DROP b;', 'irreversible'],
    ['alter table a rename to b;', 'irreversible'],
    ['delete from a;', 'irreversible'],
    ['-- gantry: additive\ndrop table old_copy;', 'additive'],
  ])('%j is %s', (text, kind) => {
    expect(migrationKindOf('db/migrations/1.sql', text)).toBe(kind);
  });

  test('that is a program says of itself what it is, or nobody knows', () => {
    expect(migrationKindOf('db/migrate/1.ts', 'await fill();')).toBeUndefined();
    expect(migrationKindOf('db/migrate/1.ts', '// gantry: backfill\nawait fill();')).toBe('backfill');
  });
});
