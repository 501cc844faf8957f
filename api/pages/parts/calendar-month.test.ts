import { expect, test } from '@jest/globals';
import type { CalendarEntry } from '../../../domain/calendar/entries.ts';
import { daysOf } from '../../../domain/calendar/month.ts';
import { render } from '../../../platform/html.ts';
import { monthTable } from './calendar-month.ts';

const entry = (over: Partial<CalendarEntry>): CalendarEntry => ({
  uid: 'x',
  kind: 'release',
  start: '2026-11-26T09:00:00Z',
  end: '2026-11-26T10:00:00Z',
  title: 'shop 1.4.0',
  state: 'planned',
  services: ['shop'],
  marks: [],
  revision: 1,
  ...over,
});

test('a full day shows its freezes before everything else, and counts what is left', () => {
  const releases = Array.from({ length: 9 }, (_, index) =>
    entry({ uid: `r${index}`, title: `shop 1.${index}.0` }),
  );
  const freeze = entry({
    uid: 'f',
    kind: 'freeze',
    start: '2026-11-26T18:00:00Z',
    end: '2026-11-27T18:00:00Z',
    title: 'freeze sale',
  });
  const table = render(
    monthTable({
      title: 'November 2026',
      days: daysOf('2026-11', 'UTC', [...releases, freeze]).slice(25, 26),
      today: '2026-11-01',
      zone: 'UTC',
      listed: new Set(['2026-11-26']),
    }),
  );
  expect(table.indexOf('freeze sale')).toBeGreaterThan(0);
  expect(table.indexOf('freeze sale')).toBeLessThan(table.indexOf('shop 1.0.0'));
  expect(table).toContain('shop 1.3.0');
  expect(table).not.toContain('shop 1.4.0');
  expect(table).toContain('5 more');
});
