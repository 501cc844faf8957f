import { expect, test } from '@jest/globals';
import { aRelease } from '../../../test/support/release-view.ts';
import { render } from '../../../platform/html.ts';
import type { Caller } from '../../auth/caller.ts';
import { chosenSchedule, rescheduleFields } from './reschedule-fields.ts';

const chosen = (fields: Record<string, string>) => chosenSchedule((name) => fields[name], 'Europe/Berlin');

test.each([
  [{ start: 'at', at: '2026-12-01T17:00' }, { at: '2026-12-01T16:00:00.000Z' }],
  [
    { start: 'at', at: '2026-12-01T17:00', startBy: '2026-12-01T19:00' },
    { at: '2026-12-01T16:00:00.000Z', startBy: '2026-12-01T18:00:00.000Z' },
  ],
  [{ start: 'nextSlot', at: '2026-12-01T17:00' }, { next: true }],
  [{ start: 'asSoonAsItMay' }, {}],
])('%j is read in the zone of the reader', (fields, schedule) => {
  expect(chosen(fields)).toEqual(schedule);
});

test.each([
  [{ start: 'at' }, 'Choose the day and the time'],
  [{ start: 'at', at: 'soon' }, 'Choose a day and a time'],
  [{ start: 'at', at: '2026-12-01T17:00', startBy: '2026-12-01T16:00' }, 'must be after the time'],
  [{ at: '2026-12-01T17:00' }, 'Choose how it is to start'],
])('%j is refused with what to fill in', (fields, words) => {
  expect(() => chosen(fields)).toThrow(words);
});

test('the form shows what is planned now, in the zone of the reader', () => {
  const view = { ...aRelease(), schedule: { at: '2026-12-01T16:00:00.000Z' } };
  const form = { address: '/releases/r/schedule', caller: {} as Caller, sent: undefined };
  const shown = render(rescheduleFields(form, view, 'Europe/Berlin'));
  expect(shown).toMatch(/name="at"\s+value="2026-12-01T17:00"/);
  expect(shown).toContain('Europe/Berlin');
});
