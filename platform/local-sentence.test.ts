import { expect, test } from '@jest/globals';
import { localSentence, shownBetween } from './local-sentence.ts';

const now = new Date('2026-12-20T09:00:00.000Z');
const zone = 'Europe/Berlin';

test.each([
  [
    'Deadline Mon 21 Dec 17:20 UTC; silence ships nothing.',
    'Deadline Mon 21 Dec 18:20 CET; silence ships nothing.',
  ],
  ['It ends Mon 21 Dec 23:30 UTC.', 'It ends Tue 22 Dec 00:30 CET.'],
  ['since 17:20 UTC (and 1 more)', 'since 18:20 CET (and 1 more)'],
  ['from Fri 18 Dec 08:00 UTC to Fri 2 Jul 08:00 UTC', 'from Fri 18 Dec 09:00 CET to Fri 2 Jul 10:00 CEST'],
])('%s', (sentence, local) => {
  expect(localSentence(sentence, { zone, now })).toBe(local);
});

test('the weekday says which year is meant', () => {
  expect(localSentence('Thu 1 Jan 00:30 UTC', { zone: 'America/New_York', now })).toBe(
    'Wed 31 Dec 19:30 GMT-5',
  );
  expect(localSentence('Fri 1 Jan 00:30 UTC', { zone: 'America/New_York', now })).toBe(
    'Thu 31 Dec 19:30 GMT-5',
  );
});

test('a time without its day stays in UTC while the clock was changed lately: nobody could tell which hour is meant', () => {
  const after = new Date('2026-10-26T09:00:00.000Z');
  expect(localSentence('since 17:20 UTC, until Thu 29 Oct 17:20 UTC', { zone, now: after })).toBe(
    'since 17:20 UTC, until Thu 29 Oct 18:20 CET',
  );
});

test.each(['Mon 31 Feb 17:20 UTC', 'at 99:99 UTC', 'the zone is UTC', '26 Nov 2026 00:00 (Europe/Berlin)'])(
  '%s is no time that Gantry writes, and stays',
  (sentence) => {
    expect(localSentence(sentence, { zone, now })).toBe(sentence);
  },
);

test('what people have written is left as they wrote it', () => {
  expect(localSentence('Delayed until 17:20 UTC: “not before 17:20 UTC”', { zone, now })).toBe(
    'Delayed until 18:20 CET: “not before 17:20 UTC”',
  );
});

test('a time that a rule tells in its own zone keeps that, and its UTC in brackets; what stands beside it is put into the zone', () => {
  const sentence = 'Closed until Mon 21 Dec 22:00 GMT+5:30 (16:30 UTC). Since 17:20 UTC (and 1 more)';
  for (const withUtc of [false, true])
    expect(localSentence(sentence, { zone, now, withUtc })).toContain(
      'until Mon 21 Dec 22:00 GMT+5:30 (16:30 UTC). Since 18:20 CET',
    );
});

test('in UTC nothing changes', () => {
  const sentence = 'since 17:20 UTC, until Mon 21 Dec 17:20 UTC, at the latest Mon 7 Sep 17:00 UTC';
  expect(localSentence(sentence, { zone: 'UTC', now })).toBe(sentence);
});

test.each([
  ['until Mon 21 Dec 17:20 UTC', 'until Mon 21 Dec 18:20 CET (17:20 UTC)'],
  ['from Mon 7 Sep 15:00 UTC', 'from Mon 7 Sep 17:00 CEST (15:00 UTC)'],
  ['until Mon 21 Dec 23:30 UTC', 'until Tue 22 Dec 00:30 CET (Mon 23:30 UTC)'],
  ['since 17:20 UTC', 'since 18:20 CET (17:20 UTC)'],
])('pages show UTC beside it: %s', (sentence, local) => {
  expect(localSentence(sentence, { zone, now, withUtc: true })).toBe(local);
  expect(localSentence(sentence, { zone: 'UTC', now, withUtc: true })).toBe(sentence);
});

test.each([
  [
    'in summer, whenever it is read',
    '2026-07-06T17:20:00.000Z',
    '2026-07-08T09:00:00.000Z',
    'since 19:20 CEST (17:20 UTC)',
  ],
  ['in winter', '2026-12-06T17:20:00.000Z', '2026-12-20T09:00:00.000Z', 'since 18:20 CET (17:20 UTC)'],
  [
    'on either side of a change of the clock',
    '2026-07-06T17:20:00.000Z',
    '2026-12-20T09:00:00.000Z',
    'since 17:20 UTC',
  ],
])('a sentence of a gate is shown by the clock of when it was written: %s', (_, from, to, shown) => {
  expect(shownBetween('since 17:20 UTC', { from, to }, zone)).toBe(shown);
});
