import type { Express } from 'express';
import { currentPolicy } from '../../platform/record/policies.ts';
import { tokenById } from '../../platform/record/tokens.ts';
import { allowed } from '../auth/declared.ts';
import type { ApiDeps } from '../deps.ts';
import { pageHandler } from './page-call.ts';
import { policyPage } from './policy-page.ts';

/** `/policy`: the policy in force as it was written. */
export function mountPolicy(app: Express, deps: ApiDeps): void {
  app.get('/policy.json', allowed(deps.log, 'policy.read'), (_req, res) => res.redirect(307, '/v1/policy'));
  app.get(
    '/policy',
    pageHandler(deps, 'policy.read', async ({ caller, zone, nameOf, res }) => {
      const stored = await currentPolicy(deps.store.db);
      const appliedFor = stored && (await tokenById(deps.store.db, stored.appliedBy))?.owner;
      res.type('html').send(policyPage({ caller, zone, nameOf, stored, appliedFor, inbox: deps.inbox }));
    }),
  );
}
