import { expect, test } from '@jest/globals';
import type { ReleaseView } from '../domain/release/release.ts';
import { anotherRelease } from '../domain/release/without-others.ts';
import type { LiveInPart } from '../domain/rollout/live-in-part.ts';
import type { Caller } from './auth/caller.ts';
import { partsShown } from './locks-shown.ts';

const components = ['shop', 'cart'].map((service) => ({ service, version: '1.5.0' }));
const open = [{ id: 'rel_both', components } as unknown as ReleaseView];
const part: LiveInPart = {
  ...{ service: 'shop', version: '1.5.0', share: 20, ofTargets: false, isKnown: true },
  ...{ standing: 'held: by a person', releaseId: 'rel_both', title: 'shop 1.5.0, cart 1.5.0' },
};
const shownTo = (services?: string[]) => {
  const token = services === undefined ? {} : { token: { access: ['viewer'], services } };
  const caller = { grant: { person: 'ana', access: ['viewer'], ...token } } as unknown as Caller;
  return partsShown(caller, [part], { open, left: [], running: [] });
};

test('which release has brought a part is told to who may read it, and neither its title nor its id to others', () => {
  for (const services of [undefined, [], ['shop', 'cart']]) expect(shownTo(services)).toEqual([part]);
  const { releaseId, title, ...rest } = part;
  expect([releaseId, title]).toEqual(['rel_both', 'shop 1.5.0, cart 1.5.0']);
  expect(shownTo(['shop'])).toStrictEqual([{ ...rest, title: anotherRelease }]);
});
