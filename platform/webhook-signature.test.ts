import { createHmac } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import { isSameSecret, webhookHeaders } from './webhook-signature.ts';

const message = {
  id: 'msg_1',
  body: '{"type":"release.released"}',
  at: new Date('2026-06-01T09:00:00.750Z'),
};
const key = Buffer.from('0123456789abcdef0123456789abcdef');
const whsec = `whsec_${key.toString('base64')}`;
const expected = (bytes: Buffer | string): string =>
  `v1,${createHmac('sha256', bytes).update(`msg_1.1780304400.${message.body}`).digest('base64')}`;

describe('a message is signed', () => {
  test('with the bytes of a whsec_ key, over id, second and body', () => {
    expect(webhookHeaders(whsec, message)).toEqual({
      'webhook-id': 'msg_1',
      'webhook-timestamp': '1780304400',
      'webhook-signature': expected(key),
    });
  });

  test('with any long text', () => {
    const text = 'a text of more than 24 characters'.replaceAll(' ', '-');
    expect(webhookHeaders(text, message)['webhook-signature']).toBe(expected(text));
  });

  test('once for each key while one takes the place of the other', () => {
    const other = `whsec_${Buffer.from('another key of quite some length').toString('base64')}`;
    const signatures = webhookHeaders(`${whsec} ${other}`, message)['webhook-signature'].split(' ');
    expect(signatures).toEqual([expected(key), expected(Buffer.from('another key of quite some length'))]);
  });

  test.each(['', '  ', 'short', `${whsec} short`])('never with "%s"', (secret) => {
    expect(() => webhookHeaders(secret, message)).toThrow(/secret/);
  });
});

test.each([
  ['abc', 'abc', true],
  ['abc', 'abd', false],
  ['abc', 'abcd', false],
  ['', 'abc', false],
])('"%s" against "%s": %s', (given, wanted, isSame) => {
  expect(isSameSecret(given, wanted)).toBe(isSame);
});
