import { expect, test } from '@jest/globals';
import type { Migrations } from '../gates/rollback-plan/migrations.ts';
import type { PlannedComponent } from '../release/plan.ts';
import { whyNoWayBack } from './way-back.ts';

const aComponent = (over: Partial<PlannedComponent> = {}): PlannedComponent => ({
  service: 'shop',
  version: '1.4.0',
  previousVersion: '1.3.0',
  mode: 'deploy',
  dependsOn: [],
  ...over,
});
const ban = { id: 'qrn_1', by: 'ana', reason: 'corrupts carts', at: '2026-06-01T09:00:00Z', lifts: [] };
const migrations = (kind: Migrations['kind'], over: Partial<Migrations> = {}): Migrations => ({
  kind,
  compatible: [],
  isFinal: kind === 'irreversible',
  ...over,
});

test.each<[string, PlannedComponent, string | undefined]>([
  ['a version that ran before is gone back to', aComponent(), undefined],
  ['a first deployment is taken away', { ...aComponent(), previousVersion: undefined as never }, undefined],
  ['a quarantined one is not', aComponent({ previousVersion: '1.2.0' }), 'is quarantined'],
  ['one that is known by its digest is not', aComponent({ previousDigest: 'sha256:bad' }), 'is quarantined'],
  [
    'another one may be in its place',
    aComponent({ previousVersion: '1.2.0', previousDigest: 'sha256:bad', backTo: { version: '1.1.0' } }),
    undefined,
  ],
  ['an additive migration bars nothing', aComponent({ migrations: migrations('additive') }), undefined],
  ['an irreversible one does', aComponent({ migrations: migrations('irreversible') }), 'roll forward'],
  [
    'an irreversible one that the old version can bear does not',
    aComponent({ migrations: migrations('irreversible', { isFinal: false, compatible: ['>=1.3.0'] }) }),
    undefined,
  ],
  [
    'one that a rollback went back over does not: what it goes back to ran on that schema',
    aComponent({ mode: 'rollback', migrations: migrations('irreversible') }),
    undefined,
  ],
  ['one that nobody knows does', aComponent({ migrations: migrations('unknown') }), 'Nobody knows'],
])('without a person, %s', (_, component, because) => {
  const bans = [
    { ...ban, service: 'shop', version: '1.2.0' },
    { ...ban, id: 'qrn_2', digest: 'sha256:bad' },
  ];
  const why = whyNoWayBack([aComponent({ service: 'cart' }), component], bans);
  if (because === undefined) expect(why).toBeUndefined();
  else expect(why).toContain(because);
});

test('with a person, only what is known to be shut is shut', () => {
  const bans = [{ ...ban, service: 'shop', version: '1.2.0' }];
  const asked = (component: PlannedComponent) => whyNoWayBack([component], bans, true);
  expect(asked(aComponent({ migrations: migrations('unknown') }))).toBeUndefined();
  expect(asked(aComponent({ migrations: migrations('irreversible') }))).toContain('roll forward');
  expect(asked(aComponent({ previousVersion: '1.2.0' }))).toContain('is quarantined');
});
