import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { fillPlaceholders, PlaceholderError, unknownPlaceholders } from './placeholders.ts';

const facts = { service: 'shop', version: '1.4.0', environment: 'production', weight: '10' };

describe('fillPlaceholders', () => {
  test.each([
    ['{{version}}', '1.4.0'],
    ['shop-{{ version }}.tgz', 'shop-1.4.0.tgz'],
    ['{{service}}@{{version}}', 'shop@1.4.0'],
    ['{{previousVersion}}', 'none'],
    ['{{digest}} {{commit}}', 'none none'],
    ['rate(x{version="{{version}}"})', 'rate(x{version="1.4.0"})'],
    ['{"a":{"b":1}}', '{"a":{"b":1}}'],
    ['no placeholder', 'no placeholder'],
  ])('%s becomes %s', (template, text) => {
    expect(fillPlaceholders(template, facts)).toBe(text);
  });

  test.each([
    ['{{verson}}', {}, 'unknown'],
    ['{{constructor}}', {}, 'unknown'],
    ['{{release}}', {}, 'missing'],
    ['{{version}}', { version: '--force' }, 'unsafe'],
    ['{{version}}', { version: '1.0;rm -rf' }, 'unsafe'],
    ['{{version}}', { version: '../../etc' }, 'unsafe'],
    ['{{version}}', { version: '' }, 'unsafe'],
    ['{{version}}', { version: '{{weight}}' }, 'unsafe'],
  ])('%s with %j is refused as %s', (template, some, reason) => {
    expect(() => fillPlaceholders(template, some)).toThrow(PlaceholderError);
    expect(() => fillPlaceholders(template, some)).toThrow(
      expect.objectContaining({ reason }) as unknown as Error,
    );
  });

  test('a whole argument never begins with a dash, holds a space or leaves its folder, whatever the value', () => {
    fc.assert(
      fc.property(fc.string(), (version) => {
        try {
          expect(fillPlaceholders('{{version}}', { version })).toMatch(/^[A-Za-z0-9](?!.*\.\.)\S*$/);
        } catch (error) {
          expect(error).toBeInstanceOf(PlaceholderError);
        }
      }),
    );
  });
});

test('unknownPlaceholders names each unknown one once, and knows a job only where one is followed', () => {
  expect(unknownPlaceholders('{{a}} {{version}} {{ a }} {{}}', 'deploy')).toEqual(['a', '']);
  expect(unknownPlaceholders('{{job}}', 'deploy')).toEqual(['job']);
  expect(unknownPlaceholders('{{job}}', 'follow')).toEqual([]);
  expect(unknownPlaceholders('{{weight}}', 'check')).toEqual(['weight']);
});
