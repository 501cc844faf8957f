import type { Route } from '../../http/route.ts';
import { calendarEntryRoutes } from './entries.ts';
import { evaluationRoutes } from './evaluate.ts';
import { overrideRoutes } from './overrides.ts';
import { reservationRoutes } from './reservations.ts';
import { ruleRoutes } from './rules.ts';
import { stopRoutes } from './stop-the-line.ts';

/** Everything about when something may be released. */
export const calendarRoutes: readonly Route[] = [
  ...calendarEntryRoutes,
  ...evaluationRoutes,
  ...ruleRoutes,
  ...stopRoutes,
  ...overrideRoutes,
  ...reservationRoutes,
];
