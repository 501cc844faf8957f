import { total } from './cart.js';

/** Turns a cart into an order. Throws a RangeError on an empty cart. */
export function checkout(cart) {
  if (cart.length === 0) throw new RangeError('The cart is empty');
  return { articles: cart.length, cents: total(cart) };
}
