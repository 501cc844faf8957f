import { expect, test } from '@jest/globals';
import type { Dependency } from '../../calendar/model.ts';
import { evaluateDependencies, readyAt, type DependencyFacts } from './evaluate.ts';

const now = '2026-11-26T12:00:00.000Z';
const api = (state: 'deployed' | 'verified' | 'soaked', soakMs?: number): Dependency => ({
  kind: 'version',
  service: 'api',
  environment: 'production',
  atLeast: '2.1.0',
  state,
  ...(soakMs === undefined ? {} : { soakMs }),
});
const release = { id: 'rel_1', title: 'api 2.1.0', owner: 'cem' };
const hour = 3_600_000;

test.each(['1.0.0!!!', '01.0.0', ''])(
  'nobody can tell whether "%s" is there: it waits, and says so',
  (atLeast) => {
    const dependency = { ...api('deployed'), atLeast } as Dependency;
    const row = evaluateDependencies([{ dependency, running: { version: '2.1.0' } }], now);
    expect(row).toMatchObject({ kind: 'waiting', because: expect.stringContaining('Cannot tell') });
  },
);

test.each<[string, DependencyFacts, string, string | undefined]>([
  [
    'C6: api 2.1 is there but unverified',
    { dependency: api('verified'), running: { version: '2.1.0' } },
    'waiting',
    undefined,
  ],
  [
    'C6: api 2.1 was rolled back',
    {
      dependency: api('verified'),
      running: { version: '2.0.0' },
      failed: { ...release, state: 'rolledBack' },
    },
    'denied',
    undefined,
  ],
  [
    'C8: api was there and is gone again before web starts',
    {
      dependency: api('deployed'),
      running: { version: '2.0.9' },
      failed: { ...release, state: 'rolledBack' },
    },
    'denied',
    undefined,
  ],
  [
    'C8: api was there and another release went back to an older one',
    {
      dependency: api('deployed'),
      running: { version: '2.0.9' },
      failed: { ...release, state: 'succeeded' },
    },
    'denied',
    undefined,
  ],
  [
    'it was rolled back once, and is on its way again',
    {
      dependency: api('deployed'),
      running: { version: '2.0.9' },
      onTheWay: { ...release, id: 'rel_2', state: 'gating' },
      failed: { ...release, state: 'rolledBack' },
    },
    'waiting',
    undefined,
  ],
  [
    'it was rolled back once, and runs there since',
    {
      dependency: api('deployed'),
      running: { version: '2.1.1' },
      failed: { ...release, state: 'rolledBack' },
    },
    'allowed',
    undefined,
  ],
  [
    'a later version does',
    { dependency: api('deployed'), running: { version: '2.2.0' } },
    'allowed',
    undefined,
  ],
  [
    'one on the way is waited for until it is expected',
    {
      dependency: api('deployed'),
      onTheWay: { ...release, state: 'gating', predictedEnd: '2026-11-26T14:00:00.000Z' },
    },
    'waiting',
    '2026-11-26T14:00:00.000Z',
  ],
  [
    'what runs there would do, but is quarantined',
    {
      dependency: api('verified'),
      running: {
        version: '2.1.0',
        verifiedAt: '2026-11-25T12:00:00.000Z',
        quarantined: { by: 'ana', reason: 'loses orders' },
      },
    },
    'denied',
    undefined,
  ],
  ['nobody has released it', { dependency: api('deployed') }, 'waiting', undefined],
  [
    'soaked long enough',
    {
      dependency: api('soaked', hour),
      running: { version: '2.1.0', verifiedAt: '2026-11-26T11:00:00.000Z' },
    },
    'allowed',
    undefined,
  ],
  [
    'soaked not long enough',
    {
      dependency: api('soaked', hour),
      running: { version: '2.1.0', verifiedAt: '2026-11-26T11:30:00.000Z' },
    },
    'waiting',
    '2026-11-26T12:30:00.000Z',
  ],
  [
    'a release that succeeded',
    { dependency: { kind: 'release', releaseId: 'rel_1' }, release: { ...release, state: 'succeeded' } },
    'allowed',
    undefined,
  ],
  [
    'a release that failed',
    { dependency: { kind: 'release', releaseId: 'rel_1' }, release: { ...release, state: 'failed' } },
    'denied',
    undefined,
  ],
  [
    'a release that nobody knows',
    { dependency: { kind: 'release', releaseId: 'rel_9' } },
    'denied',
    undefined,
  ],
])('%s', (_, facts, kind, until) => {
  const row = evaluateDependencies([facts], now);
  expect([row?.kind, row?.kind === 'waiting' ? row.until : undefined]).toEqual([kind, until]);
});

test.each<[string, Partial<DependencyFacts>, string]>([
  [
    'was rolled back',
    { failed: { ...release, state: 'rolledBack' } },
    'api 2.1.0 was needed and was rolled back; ask cem.',
  ],
  ['failed', { failed: { ...release, state: 'failed' } }, 'api 2.1.0 was needed and failed; ask cem.'],
  ['expired', { failed: { ...release, state: 'expired' } }, 'api 2.1.0 was needed and expired; ask cem.'],
  [
    'was replaced',
    { running: { version: '2.0.9' }, failed: { ...release, state: 'succeeded' } },
    'api 2.1.0 was needed and runs in production no more: api 2.0.9 does; ask cem.',
  ],
  [
    'was removed',
    { failed: { id: 'rel_1', title: 'api 2.1.0', state: 'succeeded' } },
    'api 2.1.0 was needed and runs in production no more: nothing does.',
  ],
])('where what is needed %s, the refusal names its owner and what to do', (_, facts, because) => {
  expect(evaluateDependencies([{ dependency: api('deployed'), ...facts }], now)).toEqual({
    gate: 'dependencies',
    kind: 'denied',
    because,
    remedy: 'Release it again, or drop the dependency.',
  });
});

test('who waits reads what for, whose it is, and until when', () => {
  const onTheWay = { ...release, state: 'gating' as const, predictedEnd: '2026-11-26T14:00:00.000Z' };
  expect(evaluateDependencies([{ dependency: api('deployed'), onTheWay }], now)?.because).toBe(
    'Waits for api 2.1.0 (cem), which is waiting, expected Thu 26 Nov 14:00 UTC.',
  );
});

test('several are ready when the last one is, and never where one is not known', () => {
  const known: DependencyFacts = {
    dependency: api('deployed'),
    onTheWay: { ...release, state: 'gating', predictedEnd: '2026-11-26T14:00:00.000Z' },
  };
  expect(readyAt([known], now)).toBe(Date.parse('2026-11-26T14:00:00.000Z'));
  expect(readyAt([known, { dependency: api('deployed') }], now)).toBe(Infinity);
  expect(evaluateDependencies([known, { dependency: api('deployed') }], now)).not.toHaveProperty('until');
});

test('a release that waits for nothing has no row', () => {
  expect(evaluateDependencies([], now)).toBeUndefined();
});
