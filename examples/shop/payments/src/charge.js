import { randomUUID } from 'node:crypto';

/** Charges a whole number of cents, at least one. Throws a RangeError on anything else. */
export function charge(cents) {
  if (!Number.isInteger(cents) || cents < 1) throw new RangeError(`"${cents}" cents cannot be charged`);
  return { id: randomUUID(), cents };
}
