import { expect, test } from '@jest/globals';
import type { RolloutView } from '../release/release.ts';
import { standsOrStood, takenSinceWords } from './left-then.ts';

const place = {
  ...{ environment: 'production', service: 'shop', version: '1.0.0' },
  ...{ at: '2026-11-26T12:06:00.000Z', by: 'ana' },
};

test('a component that was left as it is was left so then, once another release has the place', () => {
  const one: RolloutView = {
    ...{ service: 'shop', version: '1.5.0', mode: 'deploy', exposure: 20, metrics: [] },
    steps: [{ weight: 20, state: 'holding' }],
    compensation: { state: 'left', attempts: 3, because: '' },
  };
  const sentence = takenSinceWords({ ...place, releaseId: 'rel_2' }, { isBack: false });
  const o = { environment: 'production', isOver: true };
  expect(standsOrStood(one, { ...o, said: [{ ...place, sentence }] })).toBe(
    'left as it was when it ended; shop 1.0.0 has all of it since Thu 26 Nov 12:06 UTC, by release rel_2',
  );
  expect(standsOrStood(one, { ...o, said: [{ ...place, service: 'cart', sentence }] })).toBe('left as it is');
});

test('a later release that went back is named as such, and one that may not be told of is not', () => {
  expect(takenSinceWords(place, { isBack: true })).toBe(
    'shop 1.0.0 has all of it since Thu 26 Nov 12:06 UTC, when another release went back there',
  );
});
