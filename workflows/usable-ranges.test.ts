import { expect, test } from '@jest/globals';
import semver from 'semver';
import patterns from 'semver/internal/re.js';
import './usable-ranges.ts';

/** As the SDK does it: what is frozen already is passed over. */
function freezeAll(object: object, seen = new Set<object>()): void {
  if (seen.has(object) || Object.isFrozen(object)) return;
  seen.add(object);
  for (const value of Object.values(object))
    if ((typeof value === 'object' && value !== null) || typeof value === 'function')
      freezeAll(value as object, seen);
  Object.freeze(object);
}

test('where all that workflows share is frozen, ranges of versions are still read', () => {
  freezeAll(patterns);
  expect(Object.isFrozen(patterns.re)).toBe(true);
  expect(semver.satisfies('1.3.0', '~1.3.0 || >= 2.0.0')).toBe(true);
  expect(semver.satisfies('1.2.0', '~1.3.0 || >= 2.0.0')).toBe(false);
});
