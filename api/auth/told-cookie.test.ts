import { expect, test } from '@jest/globals';
import type { Request, Response } from 'express';
import type { Secrets } from '../../platform/secrets.ts';
import { keepTold, takeTold, toldMs } from './told-cookie.ts';

const secrets: Secrets = { key: (purpose) => Buffer.from(purpose), currentKid: 'k1', kids: ['k1'] };
const now = new Date('2026-06-01T08:00:00.000Z');
const where = { secrets, publicUrl: 'http://127.0.0.1:8640', person: 'ana', now };

/** What a browser keeps of a sentence, and what the page at this address makes of it. */
function carried(text: string, { page = '/releases/rel_1', later = 0 } = {}) {
  let value = '';
  const res = {
    cookie: (_: string, set: string) => void (value = set),
    clearCookie: () => undefined,
  } as unknown as Response;
  keepTold(res, '/releases/rel_1', text, where);
  const req = { path: page, get: () => `gantry-8640-told=${value}` } as unknown as Request;
  return { value, told: takeTold(req, res, { ...where, now: new Date(now.getTime() + later) }) };
}

test('a sentence comes to its page as it was, for a minute', () => {
  expect(carried('It is held already, by Özlem: “été”.').told).toBe('It is held already, by Özlem: “été”.');
  expect(carried('paused', { later: toldMs }).told).toBe('paused');
  expect(carried('paused', { later: toldMs + 1 }).told).toBeUndefined();
  expect(carried('paused', { page: '/releases/rel_2' }).told).toBeUndefined();
});

test.each([
  ['crosses', '✕ '.repeat(2_000)],
  ['quotes', '"'.repeat(1_500)],
  ['lines', 'ab\n'.repeat(1_000)],
  ['quoted JSON', '{"a":"b"},'.repeat(300)],
  ['control characters', '\u0001'.repeat(600)],
  ['emoji', '🚂'.repeat(1_000)],
])('a long one of %s is cut by whole characters, so that a browser keeps it', (_, text) => {
  const { value, told = '' } = carried(text);
  expect(value.length).toBeLessThan(3_900);
  expect(value.length).toBeGreaterThan(3_600);
  expect(told).toMatch(/…$/);
  const kept = [...told].slice(0, -1);
  expect(kept).toEqual([...text].slice(0, kept.length));
});
