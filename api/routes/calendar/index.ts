import type { Route } from '../../http/route.ts';
import { evaluationRoutes } from './evaluate.ts';

/** Everything about when something may be released. */
export const calendarRoutes: readonly Route[] = [...evaluationRoutes];
