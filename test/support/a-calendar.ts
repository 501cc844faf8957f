import type { CalendarRule, CalendarTimes } from '../../domain/calendar/model.ts';

const base = { origin: 'api' as const, revision: 1, scope: { services: [], environments: [], labels: [] } };

/** A window over everything, with these times. */
export const aWindow = (times: CalendarTimes, more: Partial<CalendarRule> = {}): CalendarRule => ({
  id: 'night',
  kind: 'window',
  ...base,
  ...times,
  ...more,
});

/** A freeze of everything, with these times. */
export const aFreeze = (times: CalendarTimes, more: Partial<CalendarRule> = {}): CalendarRule => ({
  id: 'holiday',
  kind: 'freeze',
  reason: 'holidays',
  ...base,
  ...times,
  ...more,
});
