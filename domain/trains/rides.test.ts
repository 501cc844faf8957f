import { expect, test } from '@jest/globals';
import { ridesOf } from './rides.ts';

const shop = { service: 'shop', version: '1.4.0' };
const cart = { service: 'cart', version: '2.0.0' };
const mail = { service: 'mail', version: '3.0.0' };
/** Shop depends on payments, which does not ride, and that on cart. */
const dependsOn = new Map([
  ['shop', ['payments']],
  ['payments', ['cart']],
]);
const rides = (mode: 'lockstep' | 'independent', aboard = [shop, cart, mail]) =>
  ridesOf({ train: 'weekly', number: 3, mode, aboard, dependsOn });

test('in lockstep all who are aboard are one release', () => {
  expect(rides('lockstep')).toEqual([
    { releaseId: 'train-weekly-3', components: [shop, cart, mail], after: [] },
  ]);
});

test('independent each is a release of its own, and waits for those aboard that it depends on', () => {
  expect(rides('independent')).toEqual([
    { releaseId: 'train-weekly-3-cart', components: [cart], after: [] },
    { releaseId: 'train-weekly-3-mail', components: [mail], after: [] },
    { releaseId: 'train-weekly-3-shop', components: [shop], after: ['train-weekly-3-cart'] },
  ]);
});

test('nobody waits for who is not aboard, and an empty train is no release', () => {
  expect(rides('independent', [shop])).toEqual([
    { releaseId: 'train-weekly-3-shop', components: [shop], after: [] },
  ]);
  expect([rides('independent', []), rides('lockstep', [])]).toEqual([[], []]);
});
