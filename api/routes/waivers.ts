import { waiverBudgetOf } from '../../platform/record/gates/waivers.ts';
import { currentPolicy } from '../../platform/record/policies.ts';
import { route } from '../http/route.ts';
import { z } from './common.schema.ts';

const BudgetSchema = z
  .object({
    team: z.string().describe('The team, or `person:ana` for somebody without one.'),
    spent: z.number().int().describe('Given in the last 30 days.'),
    size: z.number().int(),
    left: z.number().int(),
    isOver: z.boolean(),
    because: z.string(),
  })
  .openapi('WaiverBudget');

const budget = route({
  method: 'get',
  path: '/v1/waivers/budget',
  action: 'calendar.read',
  summary: 'How many waivers each team gave in 30 days, of the 5 that do not stand out.',
  query: z.strictObject({ team: z.string().min(1).max(80).optional().describe('Only this team.') }),
  answer: {
    status: 200,
    description: 'By team; a team that has given none is there, too.',
    schema: z.object({ items: z.array(BudgetSchema) }).openapi('WaiverBudgetList'),
  },
  async handle({ deps, caller, query, now }) {
    const people = (await currentPolicy(deps.store.db))?.policy.people ?? [];
    const own = caller.person?.team ?? `person:${caller.grant.person}`;
    const teams =
      query.team === undefined
        ? [...new Set([...people.flatMap(({ team }) => team ?? []), own])].sort()
        : [query.team];
    const at = now.toISOString();
    const items = teams.map(async (team) => ({ team, ...(await waiverBudgetOf(deps.store.db, team, at)) }));
    return { body: { items: await Promise.all(items) } };
  },
});

export const waiverRoutes = [budget];
