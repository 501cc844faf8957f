import { expect, test } from '@jest/globals';
import type { CalendarRule } from './model.ts';
import { isStricter, ruleChangeWords } from './rule-change.ts';

const scope = { services: ['shop', 'cart'], environments: ['production'], labels: [] };
const common: Omit<CalendarRule, 'from' | 'to'> = {
  id: 'sale',
  kind: 'freeze',
  zone: 'Europe/Berlin',
  scope,
  origin: 'api',
  revision: 1,
};
const endless: CalendarRule = { ...common, from: '2026-11-26T00:00' };
const once: CalendarRule = { ...endless, to: '2026-12-01T00:00' };
const weekly: CalendarRule = {
  ...common,
  start: '2026-01-05T22:00',
  rrule: 'FREQ=WEEKLY;BYDAY=MO',
  duration: '6h',
};

const cases: [string, CalendarRule, Partial<CalendarRule>, boolean, string[]][] = [
  ['nothing', once, { revision: 2 }, false, []],
  ['a later end', once, { to: '2026-12-05T00:00' }, true, ['is lengthened to 5 Dec 2026 00:00']],
  ['an earlier end', once, { to: '2026-11-30T00:00' }, false, ['is shortened to 30 Nov 2026 00:00']],
  [
    'a later start',
    once,
    { from: '2026-11-27T00:00' },
    false,
    ['is moved: from 27 Nov 2026 00:00 to 1 Dec 2026 00:00 (Europe/Berlin)'],
  ],
  [
    'another zone',
    once,
    { zone: 'UTC' },
    true,
    ['is moved: from 26 Nov 2026 00:00 to 1 Dec 2026 00:00 (UTC)'],
  ],
  [
    'a shorter night',
    weekly,
    { duration: 'PT5H' },
    false,
    ['is moved: every week on Mon at 22:00 for 5 h (Europe/Berlin)'],
  ],
  [
    'a longer night',
    weekly,
    { duration: '7h' },
    true,
    ['is moved: every week on Mon at 22:00 for 7 h (Europe/Berlin)'],
  ],
  [
    'a night left out',
    weekly,
    { exdates: ['2026-03-02T22:00'] },
    false,
    ['is moved: every week on Mon at 22:00 for 6 h (Europe/Berlin)'],
  ],
  [
    'another rhythm',
    weekly,
    { rrule: 'FREQ=WEEKLY;BYDAY=TU' },
    true,
    ['is moved: every week on Tue at 22:00 for 6 h (Europe/Berlin)'],
  ],
  [
    'fewer services',
    once,
    { scope: { ...scope, services: ['shop'] } },
    false,
    ['now concerns shop in production'],
  ],
  [
    'a day by the clock instead of hours',
    { ...weekly, duration: '25h' },
    { duration: '1d' },
    true,
    ['is moved: every week on Mon at 22:00 for 1 d (Europe/Berlin)'],
  ],
  ['all services', once, { scope: { ...scope, services: [] } }, true, ['now concerns production']],
  [
    'only what carries a label',
    once,
    { scope: { ...scope, labels: ['pci'] } },
    false,
    ['now concerns shop and cart in production where labelled pci'],
  ],
  [
    'an exception',
    once,
    { passage: { hotfix: 'allow', config: 'allow' } },
    false,
    ['now lets changes of settings and hotfixes pass'],
  ],
  [
    'an exception that goes',
    { ...once, passage: { hotfix: 'allow' } },
    { passage: {} },
    true,
    ['treats hotfixes as usual again'],
  ],
  ['rollbacks stopped', once, { passage: { rollback: 'deny' } }, true, ['now stops rollbacks by people']],
  ['an abort', once, { inFlight: 'abort' }, true, ['aborts what is under way']],
  ['a finish', once, { inFlight: 'finish' }, false, ['lets what is under way finish']],
  ['the default spelled out', once, { inFlight: 'pauseAtStep' }, false, []],
  ['a stop of the line', once, { stopTheLine: true }, true, ['now stops the line']],
  ['an owner', once, { owner: 'ana' }, false, ['now belongs to ana']],
  ['a reason', once, { reason: 'The sale.' }, false, ['has the reason "The sale."']],
  ['a hold', once, { maxHoldMs: 1 }, false, ['lets people decide after another time']],
];
test.each(cases)('%s', (_what, before, rest, stricter, words) => {
  const after = { ...before, ...rest };
  expect(isStricter(before, after)).toBe(stricter);
  expect(ruleChangeWords(before, after)).toEqual(words);
});

test('an end that is taken away makes it longer, one that is set makes it shorter', () => {
  expect(isStricter(once, endless)).toBe(true);
  expect(isStricter(endless, once)).toBe(false);
  expect(ruleChangeWords(once, endless)).toEqual(['is lengthened and has no end']);
});
