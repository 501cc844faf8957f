import { describe, expect, test } from '@jest/globals';
import type { Quarantine } from '../quarantine/evaluate.ts';
import { evaluateRollbackPlan, type WayBack } from './evaluate.ts';
import { canGoBackTo, migrationsOf, type MigrationRule } from './migrations.ts';
import { rollbackTargetOf, type EndedDeployment } from './target.ts';

const now = '2026-11-26T12:00:00.000Z';
const days = (count: number): string => new Date(Date.parse(now) - count * 86_400_000).toISOString();
const none = migrationsOf([], []);
const bare = (over: Partial<WayBack> = {}): WayBack => ({
  service: 'shop',
  version: '1.4.0',
  isFirst: false,
  migrations: none,
  ...over,
});
const toPrevious = { target: { version: '1.3.0', isThere: 'yes' as const } };
const rehearsed = { rehearsal: { at: days(2), environment: 'staging', isPassed: true } };
const way = (over: Partial<WayBack> = {}): WayBack => bare({ ...toPrevious, ...rehearsed, ...over });
const required = { isRequired: true, rehearsedWithinMs: 30 * 86_400_000 };

describe('the rollback target', () => {
  const deployment = (version: string, status: EndedDeployment['status'], ago: number): EndedDeployment => ({
    service: 'shop',
    version,
    status,
    endedAt: days(ago),
  });
  const quarantine: Quarantine = {
    id: 'qua_1',
    service: 'shop',
    version: '1.3.1',
    by: 'ana',
    reason: 'corrupts carts',
    at: days(1),
    lifts: [],
  };
  const past = [
    deployment('1.3.0', 'succeeded', 9),
    deployment('1.3.1', 'succeeded', 5),
    deployment('1.4.0', 'failed', 1),
  ];

  test('B7: 1.4.0 failed, 1.3.1 succeeded but is quarantined, so it is 1.3.0', () => {
    expect(rollbackTargetOf({ service: 'shop', version: '1.4.0' }, past, [quarantine])?.version).toBe(
      '1.3.0',
    );
  });

  test('is the newest that ended well and is another build', () => {
    expect(rollbackTargetOf({ service: 'shop', version: '1.4.0' }, past, [])?.version).toBe('1.3.1');
    expect(rollbackTargetOf({ service: 'shop', version: '1.3.1' }, past, [])?.version).toBe('1.3.0');
    expect(rollbackTargetOf({ service: 'shop', version: '1.3.0' }, past, [quarantine])).toBeUndefined();
    expect(rollbackTargetOf({ service: 'cart', version: '1.3.0' }, past, [])).toBeUndefined();
  });
});

describe('migrations', () => {
  const rules: MigrationRule[] = [
    { kind: 'additive', paths: ['db/migrations/*.sql'] },
    { kind: 'irreversible', paths: ['db/migrations/*-drop-*.sql'], compatible: '>=1.3.0' },
  ];

  test('are detected by the files that changed, and the worst counts', () => {
    expect(migrationsOf(rules, ['src/a.ts']).kind).toBe('none');
    expect(migrationsOf(rules, ['db/migrations/7.sql'])).toMatchObject({
      kind: 'additive',
      found: ['db/migrations/7.sql'],
    });
    expect(migrationsOf(rules, ['db/migrations/7.sql', 'db/migrations/8-drop-x.sql']).kind).toBe(
      'irreversible',
    );
  });

  test('are declared where no files are named', () => {
    expect(migrationsOf([{ kind: 'backfill' }], undefined).kind).toBe('backfill');
  });

  test('are unknown where the files could not be read', () => {
    expect(migrationsOf(rules, undefined).kind).toBe('unknown');
  });

  test.each([
    ['additive', [{ kind: 'additive' as const }], '1.0.0', true],
    ['reversible', [{ kind: 'reversible' as const }], '1.0.0', true],
    ['irreversible', [{ kind: 'irreversible' as const }], '1.3.0', false],
    [
      'irreversible, declared compatible',
      [{ kind: 'irreversible' as const, compatible: '>=1.3.0' }],
      '1.3.0',
      true,
    ],
    [
      'irreversible, not compatible',
      [{ kind: 'irreversible' as const, compatible: '>=1.3.0' }],
      '1.2.0',
      false,
    ],
  ])('B6 %s: the old code can run: %#', (_, of, version, can) => {
    expect(canGoBackTo(migrationsOf(of, []), version)).toBe(can);
  });
});

describe('the rollback plan', () => {
  test('that has no flaw says where it goes, and opens', () => {
    expect(evaluateRollbackPlan(required, [way()], now)).toEqual({
      kind: 'allowed',
      because:
        'Way back: shop goes back to 1.3.0 (still there), no migration, rehearsed Tue 24 Nov 12:00 UTC in staging.',
    });
  });

  test('of a first deployment takes it away again, and asks for no rehearsal', () => {
    const first = bare({ isFirst: true });
    expect(evaluateRollbackPlan(required, [first], now)).toMatchObject({
      kind: 'allowed',
      because: 'Way back: shop is taken away again, no migration, not rehearsed.',
    });
  });

  const irreversible = migrationsOf([{ kind: 'irreversible', paths: ['db/*'] }], ['db/8.sql']);
  const nowhere = { ...bare(), ...rehearsed };
  const unrehearsed = { ...bare(), ...toPrevious };
  test.each([
    ['nothing to go back to', nowhere, 'denied', 'There is nothing that shop 1.4.0 could go back to.'],
    [
      'an artifact that is gone',
      way({ target: { version: '1.3.0', isThere: 'no' } }),
      'denied',
      'shop 1.3.0, which shop 1.4.0 would go back to, is not there any more.',
    ],
    [
      'an artifact of which nobody knows',
      way({ target: { version: '1.3.0', isThere: 'unknown' } }),
      'waiting',
      'Cannot tell whether shop 1.3.0 is still there: give the service an `artifact` or a source.',
    ],
    [
      'B6: an irreversible migration',
      way({ migrations: irreversible }),
      'denied',
      'shop 1.4.0 has an irreversible migration (db/8.sql): shop 1.3.0 could not run after it.',
    ],
    [
      'migrations that nobody could read',
      way({ migrations: migrationsOf([{ kind: 'additive', paths: ['db/*'] }], undefined) }),
      'waiting',
      'Cannot tell which migrations shop 1.4.0 brings: its files could not be read.',
    ],
    ['no rehearsal', unrehearsed, 'denied', 'The undo of shop 1.4.0 was never rehearsed.'],
    [
      'a rehearsal that failed',
      way({ rehearsal: { at: days(2), environment: 'staging', isPassed: false } }),
      'denied',
      'The undo of shop 1.4.0 failed when it was rehearsed in staging, Tue 24 Nov 12:00 UTC.',
    ],
    [
      'a rehearsal that is too old',
      way({ rehearsal: { at: days(31), environment: 'staging', isPassed: true } }),
      'denied',
      'The undo of shop 1.4.0 was rehearsed Mon 26 Oct 12:00 UTC, longer than 30 d ago.',
    ],
  ] as const)(
    'with %s is shut where it is required, and shown where it is not',
    (_name, one, kind, because) => {
      expect(evaluateRollbackPlan(required, [one], now)).toMatchObject({ kind, because });
      const shown = evaluateRollbackPlan({ ...required, isRequired: false }, [one], now);
      expect(shown.kind).toBe('allowed');
      expect(shown.because).toContain(because);
    },
  );
});
