import assert from 'node:assert/strict';
import test from 'node:test';
import { readCart, total } from '../src/cart.js';

test('a cart is read from the names of its articles', () => {
  assert.deepEqual(
    readCart('tea,mug').map((article) => article.id),
    ['tea', 'mug'],
  );
});

test('the total is the sum of the prices', () => {
  assert.equal(total(readCart('tea,tea,mug')), 1890);
});

test('an empty cart costs nothing', () => {
  assert.equal(total(readCart('')), 0);
});

test('an article that is not sold is refused', () => {
  assert.throws(() => readCart('tea,spoon'), /"spoon" is not sold here/);
});
