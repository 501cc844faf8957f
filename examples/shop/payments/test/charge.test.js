import assert from 'node:assert/strict';
import test from 'node:test';
import { charge } from '../src/charge.js';

test('a charge has an id of its own', () => {
  assert.notEqual(charge(450).id, charge(450).id);
});

test('what is no amount is refused', () => {
  assert.throws(() => charge(0), /cannot be charged/);
  assert.throws(() => charge(Number('tea')), /cannot be charged/);
});
