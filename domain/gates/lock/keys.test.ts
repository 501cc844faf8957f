import { expect, test } from '@jest/globals';
import { lockKeysOf } from './keys.ts';

const services = [
  { id: 'api', dependsOn: [] },
  { id: 'web', dependsOn: ['api'] },
  { id: 'mobile', dependsOn: ['api'] },
  { id: 'orders', dependsOn: [], locks: ['db:orders'] },
  { id: 'billing', dependsOn: [], locks: ['db:orders'] },
];
const collide = (a: string, b: string) =>
  lockKeysOf(services, [a]).some((key) => lockKeysOf(services, [b]).includes(key));

test.each([
  ['a service and what it needs', 'web', 'api', true],
  ['what it needs and the service', 'api', 'mobile', true],
  ['two that only share a provider', 'web', 'mobile', false],
  ['two that share a named lock', 'orders', 'billing', true],
  ['two that have nothing in common', 'orders', 'web', false],
  ['a service and itself', 'web', 'web', true],
])('%s: deployed at the same moment? %s %s', (_, a, b, isExcluded) => {
  expect(collide(a, b)).toBe(isExcluded);
});

test('keys are sorted, so that two who want the same ask in the same order', () => {
  expect(lockKeysOf(services, ['web', 'orders'])).toEqual(['db:orders', 'edge:api<web', 'orders', 'web']);
});
