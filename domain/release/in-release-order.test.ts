import { expect, test } from '@jest/globals';
import { inReleaseOrder } from './in-release-order.ts';

const web = { service: 'web', version: '2.0.0' };
const api = { service: 'api', version: '1.0.0' };

test('things stand as the release names its components, those of one service as they came, strangers last', () => {
  const things = [
    { service: 'cart', id: 1 },
    { service: 'api', id: 2 },
    { service: 'web', id: 3 },
    { service: 'api', id: 4 },
  ];
  expect(inReleaseOrder({ components: [web, api] }, things).map(({ id }) => id)).toEqual([3, 2, 4, 1]);
});
