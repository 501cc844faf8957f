import assert from 'node:assert/strict';
import test from 'node:test';
import { readCart } from '../src/cart.js';
import { checkout } from '../src/checkout.js';

test('an order has as many articles as its cart', () => {
  assert.equal(checkout(readCart('tea,mug,tea')).articles, 3);
});

test('an order costs what its cart costs', () => {
  assert.equal(checkout(readCart('kettle')).cents, 3900);
});

test('an empty cart cannot be checked out', () => {
  assert.throws(() => checkout([]), /The cart is empty/);
});
