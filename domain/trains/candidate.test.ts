import { expect, test } from '@jest/globals';
import { candidateBeside, candidateOf, isNoNews, type Ready } from './candidate.ts';

const cutoffAt = '2026-12-01T12:00:00.000Z';
const ready = (version: string, time: string): Ready => ({
  service: 'shop',
  version,
  readyAt: `2026-12-01T${time}.000Z`,
});

test.each<[string, Ready[], string | undefined]>([
  ['nobody', [], undefined],
  [
    'C7: one that was ready a second before the cut-off',
    [ready('1.4.0', '11:59:59'), ready('1.5.0', '12:00:00')],
    '1.4.0',
  ],
  [
    'the newest version, not the latest proof',
    [ready('1.5.0', '09:00:00'), ready('1.4.1', '10:00:00')],
    '1.5.0',
  ],
  ['numbers count as numbers', [ready('1.9.0', '09:00:00'), ready('1.10.0', '08:00:00')], '1.10.0'],
  [
    'the newest of those that came too late',
    [ready('1.4.0', '12:30:00'), ready('1.5.0', '12:00:00')],
    '1.5.0',
  ],
  [
    'by time where versions cannot be compared',
    [ready('2.0.0', '09:00:00'), ready('main-7', '10:00:00')],
    'main-7',
  ],
  ['the later proof of the same version', [ready('1.4.0', '09:00:00'), ready('1.4.0', '10:00:00')], '1.4.0'],
])('who would ride: %s', (_, versions, expected) => {
  expect(candidateOf(versions, cutoffAt)?.version).toBe(expected);
  expect(candidateOf([...versions].reverse(), cutoffAt)?.version).toBe(expected);
});

test.each<[string, string | undefined, boolean]>([
  ['1.4.0', undefined, false],
  ['1.4.0', '1.3.0', false],
  ['1.4.0', '1.4.0', true],
  ['1.4.0', '1.5.0', true],
  ['main-7', 'main-7', true],
  ['main-7', 'main-6', false],
])('%s is no news where %s runs: %s', (version, running, expected) => {
  expect(isNoNews(version, running)).toBe(expected);
});

test.each<[string, Ready[], string | undefined, string[], string | undefined]>([
  ['the next newest', [ready('1.4.0', '08:00:00'), ready('1.3.0', '07:00:00')], '1.2.0', ['1.4.0'], '1.3.0'],
  [
    'the newest that is left, where several are banned',
    [ready('1.5.0', '09:00:00'), ready('1.4.0', '08:00:00'), ready('1.3.0', '07:00:00')],
    '1.2.0',
    ['1.5.0', '1.4.0'],
    '1.3.0',
  ],
  [
    'what runs there already',
    [ready('1.4.0', '08:00:00'), ready('1.3.0', '07:00:00')],
    '1.3.0',
    ['1.4.0'],
    undefined,
  ],
  ['an older one', [ready('1.4.0', '08:00:00'), ready('1.2.0', '07:00:00')], '1.3.0', ['1.4.0'], undefined],
  [
    'one that came too late',
    [ready('1.4.0', '08:00:00'), ready('1.3.0', '12:00:00')],
    '1.2.0',
    ['1.4.0'],
    undefined,
  ],
  [
    'any, where nothing runs',
    [ready('1.4.0', '08:00:00'), ready('1.3.0', '07:00:00')],
    undefined,
    ['1.4.0'],
    '1.3.0',
  ],
  [
    'one without an order that was ready after the one that runs',
    [ready('main-9', '09:00:00'), ready('main-8', '08:00:00'), ready('main-7', '07:00:00')],
    'main-7',
    ['main-9'],
    'main-8',
  ],
  [
    'none without an order that was ready before the one that runs',
    [ready('main-9', '09:00:00'), ready('main-7', '07:00:00'), ready('main-8', '08:00:00')],
    'main-8',
    ['main-9'],
    undefined,
  ],
  [
    'none without an order, where nobody knows since when',
    [ready('main-9', '09:00:00'), ready('main-7', '07:00:00')],
    'main-8',
    ['main-9'],
    undefined,
  ],
])('who rides where the newest is banned: %s', (_, versions, running, banned, expected) => {
  const isBanned = ({ version }: Ready): boolean => banned.includes(version);
  expect(candidateBeside(versions, { cutoffAt, running, isBanned })?.version).toBe(expected);
  expect(candidateBeside([...versions].reverse(), { cutoffAt, running, isBanned })?.version).toBe(expected);
});
