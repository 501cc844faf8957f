import { describe, expect, test } from '@jest/globals';
import type { Quarantine } from '../gates/quarantine/evaluate.ts';
import {
  goesBackFor,
  goesBackToKnown,
  type KnownBuild,
  type PlaceBefore,
  type PlaceKnown,
} from './goes-back.ts';
import type { PlannedComponent } from './plan.ts';

const shop = (over: Partial<PlannedComponent> = {}): PlannedComponent => ({
  ...{ service: 'shop', version: '1.3.0', mode: 'rollback', previousVersion: '1.4.0', dependsOn: [] },
  ...over,
});
const payments = (over: Partial<PlannedComponent> = {}) => shop({ service: 'payments', ...over });
const ran = (version: string, over: Partial<KnownBuild> = {}): KnownBuild => ({
  ...{ service: 'shop', version },
  ...over,
});
const banned = (over: Partial<Quarantine>): Quarantine => ({
  ...{ id: 'qua_1', by: 'ana', reason: 'corrupts carts', at: '2026-11-26T09:00:00.000Z', lifts: [] },
  ...over,
});
const [a, b] = ['sha256:a', 'sha256:b'];

test.each<[string, PlannedComponent[], PlaceKnown, boolean]>([
  ['a version that ended well there', [shop()], { endedWell: [ran('1.4.0'), ran('1.3.0')] }, true],
  [
    'the very build that ended well there',
    [shop({ digest: a })],
    { endedWell: [ran('1.3.0', { digest: a })] },
    true,
  ],
  [
    'the build that ended well there, though another one of that version did, too',
    [shop({ digest: a })],
    { endedWell: [ran('1.3.0', { digest: b }), ran('1.3.0', { digest: a })] },
    true,
  ],
  [
    'the commit that ended well there',
    [shop({ commit: 'c1' })],
    { endedWell: [ran('1.3.0', { commit: 'c1' })] },
    true,
  ],
  [
    'two that both ended well there',
    [shop(), payments()],
    { endedWell: [ran('1.3.0'), ran('1.3.0', { service: 'payments' })] },
    true,
  ],
  [
    'a build whose ban is for another one',
    [shop()],
    { endedWell: [ran('1.3.0')], quarantines: [banned({ service: 'shop', version: '1.4.0' })] },
    true,
  ],
])('%s asks nobody', (_, components, known, expected) => {
  expect(goesBackToKnown(components, known)).toBe(expected);
});

test.each<[string, PlannedComponent[], PlaceKnown]>([
  ['a version that never ended well there', [shop()], { endedWell: [ran('1.4.0')] }],
  ['the same version of another service', [shop()], { endedWell: [ran('1.3.0', { service: 'payments' })] }],
  ['a deployment', [shop({ mode: 'deploy' })], { endedWell: [ran('1.3.0')] }],
  ['what runs there already', [shop({ mode: 'redeploy' })], { endedWell: [ran('1.3.0')] }],
  [
    'a rollback beside a deployment',
    [shop(), payments({ mode: 'deploy' })],
    { endedWell: [ran('1.3.0'), ran('1.3.0', { service: 'payments' })] },
  ],
  ['one of two that never ran there', [shop(), payments()], { endedWell: [ran('1.3.0')] }],
  ['nothing', [], { endedWell: [ran('1.3.0')] }],
  // a team's word is no approval
  ['a version that was only adopted there', [shop()], { endedWell: [ran('1.3.0', { adopted: true })] }],
  [
    'a build that was adopted under a version of which another was released',
    [shop({ digest: b })],
    { endedWell: [ran('1.3.0', { digest: b, adopted: true }), ran('1.3.0', { digest: a })] },
  ],
  [
    'what was released, below a version that was only adopted',
    [shop({ previousVersion: '9.9.9' })],
    { endedWell: [ran('1.3.0')], adoptedNow: ['shop'] },
  ],
  // another build under the same name
  ['another digest of the version', [shop({ digest: b })], { endedWell: [ran('1.3.0', { digest: a })] }],
  ['a digest left out where one is known', [shop()], { endedWell: [ran('1.3.0', { digest: a })] }],
  [
    'a digest left out where only a later deployment told one',
    [shop()],
    { endedWell: [ran('1.3.0', { digest: a }), ran('1.3.0')] },
  ],
  ['a digest that nobody knows there', [shop({ digest: a })], { endedWell: [ran('1.3.0')] }],
  [
    'a digest left out, although the commit is the same',
    [shop({ commit: 'c1' })],
    { endedWell: [ran('1.3.0', { digest: a, commit: 'c1' })] },
  ],
  ['a tag that was moved', [shop({ commit: 'c2' })], { endedWell: [ran('1.3.0', { commit: 'c1' })] }],
  ['a commit that cannot be read', [shop()], { endedWell: [ran('1.3.0', { commit: 'c1' })] }],
  [
    'a digest that ended well under another version',
    [shop({ digest: a })],
    { endedWell: [ran('1.2.0', { digest: a })] },
  ],
  // banned: once the ban is lifted, people still decide
  [
    'a version that is quarantined',
    [shop()],
    { endedWell: [ran('1.3.0')], quarantines: [banned({ service: 'shop', version: '1.3.0' })] },
  ],
  [
    'a digest that is quarantined',
    [shop({ digest: a })],
    { endedWell: [ran('1.3.0', { digest: a })], quarantines: [banned({ digest: a })] },
  ],
])('%s asks people', (_, components, known) => {
  expect(goesBackToKnown(components, known)).toBe(false);
});

describe('an order that is called a rollback goes back or not:', () => {
  const place = (version: string, over: Partial<PlaceBefore> = {}): PlaceBefore => ({
    build: { service: 'cart', version },
    running: { version: '1.4.0' },
    endedWell: [],
    ...over,
  });
  const build = (over: object = {}) => ({ service: 'cart', version: 'build-99', ...over });
  const named = { running: { version: 'build-100' } };
  const hundred = (over: object) => build({ version: 'build-100', ...over });
  const day = (number: number) => `2026-06-0${number}T09:00:00.000Z`;
  test.each<[string, PlaceBefore[], boolean]>([
    ['a lower version', [place('1.3.0')], true],
    ['a version that nobody can order, and that was never there', [place('build-101', named)], false],
    [
      'one that nobody can order, and that ended well there',
      [place('build-99', { ...named, endedWell: [build()] })],
      true,
    ],
    ['another one of it', [place('build-101', { ...named, endedWell: [build()] })], false],
    [
      'its name, which another build had there',
      [place('build-99', { build: build({ digest: 'a' }), ...named, endedWell: [build({ digest: 'b' })] })],
      false,
    ],
    [
      'its name, which another commit had there',
      [place('build-99', { build: build({ commit: 'c1' }), ...named, endedWell: [build({ commit: 'c2' })] })],
      false,
    ],
    [
      'its commit in short',
      [
        place('build-99', {
          build: build({ commit: 'c1d2' }),
          ...named,
          endedWell: [build({ commit: 'c1' })],
        }),
      ],
      true,
    ],
    [
      'the name of what another service had there',
      [place('build-99', { ...named, endedWell: [build({ service: 'shop' })] })],
      false,
    ],
    [
      'one that ended well there before what runs now came',
      [place('build-99', { ...named, endedWell: [build({ at: day(1) }), hundred({ at: day(2) })] })],
      true,
    ],
    [
      'one that came after what runs now, which a release has gone back to',
      [
        place('build-101', {
          ...named,
          endedWell: [
            hundred({ at: day(1) }),
            build({ version: 'build-101', at: day(2) }),
            hundred({ at: day(3), way: 'back' }),
          ],
        }),
      ],
      false,
    ],
    [
      'one that came before what runs now was released, or named by a team, once more',
      [
        place('build-101', {
          ...named,
          endedWell: [
            hundred({ at: day(1) }),
            build({ version: 'build-101', at: day(2) }),
            hundred({ at: day(3) }),
          ],
        }),
      ],
      true,
    ],
    [
      'a higher version that ended well there, above the one that another release has gone back to',
      [place('1.5.0', { endedWell: [build({ version: '1.5.0' })] })],
      false,
    ],
    ['where nothing runs', [place('1.3.0', { running: undefined })], false],
    ['one service back and one not', [place('1.3.0'), place('build-101')], false],
    ['nothing', [], false],
  ])('%s', (_, places, goesBack) => {
    expect(goesBackFor(places)).toBe(goesBack);
  });
});
