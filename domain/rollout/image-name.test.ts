import { describe, expect, test } from '@jest/globals';
import { readImageName, versionOfImage } from './image-name.ts';

describe('an image name', () => {
  test.each([
    ['shop', { repository: 'shop' }],
    ['shop:1.4.0', { repository: 'shop', tag: '1.4.0' }],
    ['registry.test:5000/team/shop', { repository: 'registry.test:5000/team/shop' }],
    ['registry.test:5000/shop:1.4.0', { repository: 'registry.test:5000/shop', tag: '1.4.0' }],
    ['r.test/shop@sha256:ab', { repository: 'r.test/shop', digest: 'sha256:ab' }],
    ['r.test/shop:1@sha256:ab', { repository: 'r.test/shop', tag: '1', digest: 'sha256:ab' }],
  ])('%s', (image, parts) => {
    expect(readImageName(image)).toEqual(parts);
  });

  test.each([
    ['r.test/shop:{{version}}', 'r.test/shop:1.4.0', '1.4.0'],
    ['r.test/shop:v{{ version }}', 'r.test/shop:v1.4.0', '1.4.0'],
    ['r.test/{{service}}:{{version}}', 'r.test/cart:2.0.0-rc.1', '2.0.0-rc.1'],
    ['r.test/shop:{{version}}@{{digest}}', 'r.test/shop:1.4.0@sha256:ab', '1.4.0'],
    ['r.test/shop:{{version}}', 'r.test/shop', undefined],
    ['r.test/shop:{{version}}', 'evil.test/shop:1.4.0', undefined],
    ['r.test/shop:{{version}}', 'rxtest/shop:1.4.0', undefined],
    ['r.test/shop@{{digest}}', 'r.test/shop@sha256:ab', undefined],
  ])('%s with %s is of version %s', (template, image, version) => {
    expect(versionOfImage(template, image)).toBe(version);
  });
});
