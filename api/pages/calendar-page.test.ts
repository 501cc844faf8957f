import { expect, test } from '@jest/globals';
import type { CalendarEntry } from '../../domain/calendar/entries.ts';
import { calendarPage } from './calendar-page.ts';

const release: CalendarEntry = {
  uid: 'release/rel_1/production',
  kind: 'release',
  start: '2026-12-27T11:00:00.000Z',
  end: '2026-12-27T12:00:00.000Z',
  title: 'shop 1.4.0 → production',
  state: 'planned',
  environment: 'production',
  services: ['shop'],
  link: '/releases/rel_1',
  marks: [],
  revision: 1,
};
const freeze: CalendarEntry = {
  ...{ uid: 'freeze/sale/1', kind: 'freeze', rule: 'sale', title: 'freeze sale', state: 'planned' },
  ...{ start: '2026-12-26T11:00:00.000Z', services: [], marks: [], revision: 1 },
};

/** The words of the page, as somebody in this zone reads them. */
function shown(entries: CalendarEntry[], zone = 'Europe/Berlin'): string {
  const text = calendarPage({
    caller: {
      actor: { id: 'ana', kind: 'person' },
      grant: { person: 'ana', access: ['viewer'] },
      zone,
    },
    ...{ inbox: false, month: '2026-12', today: '2026-12-20', choice: 'mine', asMonth: false, zone },
    ...{ services: [], environments: [], entries, nameOf: (id) => id },
  });
  return text.replace(/<[^>]*>/g, ' ').replace(/\s+/g, ' ');
}

test('a sentence of the record has its times by the clock of the reader, and the words of people stay', () => {
  const since = 'shop 1.4.0 → production: Frozen by “sale at 10:00 UTC”. Since 09:30 UTC.';
  const told = { ...release, detail: since, detailAt: '2026-12-20T09:30:00.000Z' };
  const page = shown([told, { ...freeze, detail: 'until 10:00 UTC' }]);
  expect(page).toContain('Frozen by “sale at 10:00 UTC”. Since 10:30 CET (09:30 UTC).');
  expect(page).toContain('until 10:00 UTC');
  expect(shown([told], 'UTC')).toContain('Since 09:30 UTC.');
});

test('a release in a freeze collides with it, or passes it by override', () => {
  expect(shown([release, freeze])).toContain('Collides with freeze sale.');
  const passes = shown([{ ...release, overrides: ['sale'] }, freeze]);
  expect(passes).not.toContain('Collides');
  expect(passes).toContain('Passes freeze sale by override.');
});
