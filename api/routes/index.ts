import type { Route } from '../http/route.ts';
import { absenceRoutes } from './absences.ts';
import { adoptionRoutes } from './adoptions.ts';
import { analysisEvaluationRoutes } from './analysis-evaluation.ts';
import { analysisRoutes } from './analysis.ts';
import { approvalRoutes } from './approvals.ts';
import { auditRoutes } from './audit.ts';
import { calendarRoutes } from './calendar/index.ts';
import { decisionRoutes } from './decisions.ts';
import { dossierRoutes } from './dossier.ts';
import { environmentRoutes } from './environments.ts';
import { eventRoutes } from './events.ts';
import { feedRoutes } from './feeds.ts';
import { incidentRoutes } from './incidents.ts';
import { peopleRoutes } from './people.ts';
import { policyRoutes } from './policy.ts';
import { promotionHoldRoutes } from './promotion-holds.ts';
import { quarantineRoutes } from './quarantines.ts';
import { policyEvaluationRoutes } from './policy-evaluation.ts';
import { releaseCommandRoutes } from './release-commands.ts';
import { releaseRoutes } from './releases.ts';
import { reviewRoutes } from './reviews.ts';
import { riskRoutes } from './risk.ts';
import { simulationRoutes } from './simulations.ts';
import { slotRoutes } from './slots.ts';
import { taskRoutes } from './tasks.ts';
import { trainRoutes } from './trains.ts';
import { tokenRoutes } from './tokens.ts';
import { waiverRoutes } from './waivers.ts';
import { watchRoutes } from './watches.ts';

/** Every operation of the API. The router and the OpenAPI document are made of this list, so neither can know more than the other. */
export const routes: readonly Route[] = [
  ...releaseRoutes,
  ...dossierRoutes,
  ...eventRoutes,
  ...releaseCommandRoutes,
  ...analysisRoutes,
  ...decisionRoutes,
  ...taskRoutes,
  ...reviewRoutes,
  ...approvalRoutes,
  ...absenceRoutes,
  ...environmentRoutes,
  ...adoptionRoutes,
  ...calendarRoutes,
  ...policyRoutes,
  ...policyEvaluationRoutes,
  ...analysisEvaluationRoutes,
  ...feedRoutes,
  ...slotRoutes,
  ...simulationRoutes,
  ...riskRoutes,
  ...trainRoutes,
  ...quarantineRoutes,
  ...promotionHoldRoutes,
  ...incidentRoutes,
  ...watchRoutes,
  ...waiverRoutes,
  ...tokenRoutes,
  ...peopleRoutes,
  ...auditRoutes,
];
