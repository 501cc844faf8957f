import { expect, test } from '@jest/globals';
import { versionOfTag } from './tag-name.ts';

test.each([
  ['v{version}', 'v1.1.0', '1.1.0'],
  ['v{version}', 'v1.1.0-rc.1', '1.1.0-rc.1'],
  ['v{version}', '1.1.0', undefined],
  ['v{version}', 'vv1.1.0', undefined],
  ['v{version}', 'vulcan', undefined],
  ['shop-{version}-final', 'shop-1.1.0-final', '1.1.0'],
  ['{version}', 'v1.1.0', undefined],
  ['release', 'release', undefined],
])('with tags like %s, %s is the version %s', (tag, written, version) => {
  expect(versionOfTag({ source: { git: './shop', tag } }, written)).toBe(version);
});

test('without a source nothing is a tag', () => {
  expect(versionOfTag({}, 'v1.1.0')).toBeUndefined();
});
