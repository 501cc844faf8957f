import { describe, expect, test } from '@jest/globals';
import { GantryError } from '../../platform/errors.ts';
import { mayRetry, onlyRecipient } from './mail.ts';

describe('a recipient', () => {
  test('is exactly one address', () => {
    expect(onlyRecipient({ name: 'Ana', address: 'ana+gantry@acme.test' })).toBe('ana+gantry@acme.test');
  });

  test.each([
    'a@x.test\r\nRCPT TO:<evil@x.test>',
    'a@x.test, b@x.test',
    'a@x.test,b@x.test',
    'group: a@x.test;',
    'Ana <a@x.test>',
    '"a b"@x.test',
    'a@b@x.test',
    'nobody',
    '',
  ])('%j is refused', (address) => {
    expect(() => onlyRecipient({ name: 'Ana', address })).toThrow(GantryError);
  });
});

test.each([
  [{ responseCode: 550 }, false],
  [{ responseCode: 451 }, true],
  [{ code: 'ECONNREFUSED' }, true],
])('a failure %j may be retried: %s', (cause, again) => {
  expect(mayRetry(new GantryError('MAIL_FAILED', {}, { cause }))).toBe(again);
});
