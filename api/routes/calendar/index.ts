import type { Route } from '../../http/route.ts';
import { evaluationRoutes } from './evaluate.ts';
import { ruleRoutes } from './rules.ts';
import { stopRoutes } from './stop-the-line.ts';

/** Everything about when something may be released. */
export const calendarRoutes: readonly Route[] = [...evaluationRoutes, ...ruleRoutes, ...stopRoutes];
