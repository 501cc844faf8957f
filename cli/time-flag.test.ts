import { expect, test } from '@jest/globals';
import { instantFlag } from './time-flag.ts';

/** What needs no zone, and what is no time, asks for none. */
const noZone = (): never => {
  throw new Error('a zone was asked for');
};

const now = Date.parse('2026-11-26T12:00:00Z');

test.each([
  ['2026-12-01T16:00:00Z', undefined, '2026-12-01T16:00:00.000Z'],
  ['2026-12-01T17:00:00+01:00', undefined, '2026-12-01T16:00:00.000Z'],
  ['2026-12-01T17:00', 'Europe/Berlin', '2026-12-01T16:00:00.000Z'],
  ['2026-03-29T02:30', 'Europe/Berlin', '2026-03-29T01:30:00.000Z'],
  ['+2h', undefined, '2026-11-26T14:00:00.000Z'],
])('%s in %s is %s', async (text, zone, instant) => {
  const asked = async (): Promise<string> => zone ?? noZone();
  expect(await instantFlag(text, { now, zone: asked })).toBe(instant);
});

test.each(['tomorrow', '2026-12-01', '+soon', '2026-02-30T10:00'])(
  '%s is refused with what to write',
  async (text) => {
    await expect(instantFlag(text, { now, zone: noZone })).rejects.toThrow('is not a time');
  },
);
