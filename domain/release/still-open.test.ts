import { expect, test } from '@jest/globals';
import type { CalendarAnswer } from '../calendar/model.ts';
import { isStillSo } from './still-open.ts';

const now = '2026-11-26T12:00:00.000Z';
const justAfter = '2026-11-26T12:00:00.001Z';
const answer: CalendarAnswer = { at: now, verdicts: [], despite: [], zoneData: '2025b', revision: 3 };
const inFlight = (until: string) => ({
  freezeId: 'f',
  does: 'finish' as const,
  until,
  maxHoldMs: 0,
  because: '',
});

test.each<[string, Partial<CalendarAnswer>, number | undefined, boolean]>([
  ['nothing has changed', {}, 3, true],
  ['the calendar has moved', {}, 4, false],
  ['nobody can tell whether it has moved', {}, undefined, false],
  ['a freeze begins now', { freezesAt: now }, 3, false],
  ['a freeze begins next', { freezesAt: justAfter }, 3, true],
  ['the window shuts now', { closesAt: now }, 3, false],
  ['it was to be asked again now', { nextLook: now }, 3, false],
  ['an override ends now', { overridesEndAt: now }, 3, false],
  ['the freeze in force ends now', { inFlight: inFlight(now) }, 3, false],
  ['the freeze in force ends next', { inFlight: inFlight(justAfter) }, 3, true],
])('%s', (_, over, revision, still) => {
  expect(isStillSo({ ...answer, ...over }, { revision, now })).toBe(still);
});
