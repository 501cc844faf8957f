import { expect, test } from '@jest/globals';
import type { CalendarAnswer } from '../calendar/model.ts';
import { isCalendarNews, isDateNews, isHeldByAnother } from './calendar-news.ts';

const answer = (minutes: number | undefined, more: Partial<CalendarAnswer> = {}): CalendarAnswer => ({
  at: '2026-12-01T09:00:00.000Z',
  verdicts: [],
  despite: [],
  zoneData: '2025b',
  revision: 1,
  ...(minutes === undefined
    ? {}
    : { predicted: { start: new Date(Date.UTC(2026, 11, 1, 10, 0, minutes * 60)).toISOString(), end: '' } }),
  ...more,
});
const frozen: Partial<CalendarAnswer> = {
  verdicts: [{ gate: 'freeze', kind: 'waiting', because: 'frozen' }],
};

test.each<[string, CalendarAnswer | undefined, CalendarAnswer, boolean]>([
  ['a first look', undefined, answer(0), true],
  ['the same', answer(0), answer(0, { revision: 2 }), false],
  ['a start that moved by seconds', answer(0), answer(0.9), false],
  ['a start that moved by a minute', answer(0), answer(1), true],
  ['a start that is known no more', answer(0), answer(undefined), true],
  ['a freeze that holds it', answer(0), answer(0, frozen), true],
  ['a freeze that it passes', answer(0), answer(0, { despite: ['freeze "sale"'] }), true],
])('an entry on the timeline for %s', (_, before, after, isNews) => {
  expect(isCalendarNews(before, after)).toBe(isNews);
});

const heldBy = (because: string, kind: 'waiting' | 'allowed' = 'waiting'): CalendarAnswer =>
  answer(undefined, { verdicts: [{ gate: 'freeze', kind, because }] });
test.each<[string, CalendarAnswer | undefined, CalendarAnswer, boolean]>([
  ['the same freeze', heldBy('freeze "sale"'), heldBy('freeze "sale"'), false],
  [
    'the second of two freezes, the first of which was lifted',
    heldBy('freeze "a"'),
    heldBy('freeze "b"'),
    true,
  ],
  ['a freeze that it passes', heldBy('despite "a"', 'allowed'), heldBy('despite "b"', 'allowed'), false],
  ['nothing any more', heldBy('freeze "a"'), answer(0), true],
])('what holds it back is another thing: %s', (_, before, after, isAnother) => {
  expect(isHeldByAnother(before, after)).toBe(isAnother);
});

test.each<[string, CalendarAnswer | undefined, CalendarAnswer, boolean, boolean]>([
  ['a start that moved by 59 minutes', answer(0), answer(59), false, false],
  ['a start that moved by an hour', answer(0), answer(60), false, true],
  ['a date of a person that moved by 14 minutes', answer(0), answer(14), true, false],
  ['a date of a person that moved by 15 minutes', answer(0), answer(15), true, true],
  ['a start that is known for the first time', answer(undefined), answer(0), true, false],
  ['a freeze, of which its own mail tells', answer(0), answer(600, frozen), true, false],
  ['the end of a freeze', answer(600, frozen), answer(0), true, true],
])('a mail about the date for %s', (_, before, after, isDatedByPerson, isNews) => {
  expect(isDateNews(before, after, isDatedByPerson)).toBe(isNews);
});
