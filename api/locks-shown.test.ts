import { expect, test } from '@jest/globals';
import { anotherRelease } from '../domain/release/without-others.ts';
import { aRelease } from '../test/support/release-view.ts';
import type { Caller } from './auth/caller.ts';
import { partsShown } from './locks-shown.ts';

const coming = (service: string) => ({
  ...{ service, version: '1.5.0', mode: 'deploy' as const, metrics: [], exposure: 20 },
  steps: [{ weight: 20, state: 'done' as const }],
});
/** shop and cart come out together, and have 20 % of production each. */
const both = aRelease({
  ...{ id: 'rel_both', state: 'deploying' },
  components: ['shop', 'cart'].map((service) => ({ service, version: '1.5.0' })),
  stages: [
    {
      ...{ environment: 'production', state: 'deploying', checks: [], verdicts: [], soak: [] },
      rollout: [coming('shop'), coming('cart')],
    },
  ],
});
const shownTo = (services?: string[]) => {
  const token = services === undefined ? {} : { token: { access: ['viewer'], services } };
  const caller = { grant: { person: 'ana', access: ['viewer'], ...token } } as unknown as Caller;
  return partsShown(caller, 'production', { open: [both], left: [], running: [] });
};

test('which release has brought a part is told to who may read it, and neither its title nor its id to others', () => {
  const whole = shownTo();
  expect(whole).toMatchObject(
    ['shop', 'cart'].map((service) => ({
      ...{ service, version: '1.5.0', share: 20 },
      ...{ releaseId: 'rel_both', title: 'shop 1.5.0, cart 1.5.0' },
    })),
  );
  for (const services of [[], ['shop', 'cart']]) expect(shownTo(services)).toEqual(whole);
  // nor that cart comes out at all
  const [{ releaseId, ...part }] = whole as [(typeof whole)[number]];
  expect(releaseId).toBe('rel_both');
  expect(shownTo(['shop'])).toStrictEqual([{ ...part, title: anotherRelease }]);
});
