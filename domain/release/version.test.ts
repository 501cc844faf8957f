import { expect, test } from '@jest/globals';
import { compareVersions, isInRange } from './version.ts';

const range = '>=1.3.0 <2.0.0';

test.each([
  ['G9', '1.4.0', undefined, true],
  ['G9', '2.0.0', undefined, false],
  ['G9', '1.4.0-rc.1', undefined, false],
  ['G10', '1.4.0-rc.1', /^rc/, true],
  ['G10', '2.0.0-rc.1', /^rc/, false],
  ['another pre-release than the pattern', '1.4.0-beta.1', /^rc/, false],
  ['build metadata is ignored', '1.4.0+b2', undefined, true],
  ['no semantic version', 'nightly', undefined, false],
])('%s: %s, pre-releases %s: %s', (_, version, preReleases, answer) => {
  expect(isInRange(version, range, preReleases)).toBe(answer);
});

test.each([
  ['1.9.0', '1.10.0', -1],
  ['1.4.0-rc.10', '1.4.0-rc.2', 1],
  ['1.4.0+b2', '1.4.0+b1', 0],
  ['1.4.0-rc.1', '1.4.0', -1],
  ['nightly-7', 'nightly-7', 0],
  ['nightly-7', 'nightly-8', undefined],
  ['1.4.0', 'nightly-8', undefined],
])('%s against %s: %s', (a, b, answer) => {
  expect(compareVersions(a, b)).toBe(answer);
});
