import type { Express } from 'express';
import { allowed } from '../auth/declared.ts';
import { toldTo } from '../auth/told-to.ts';
import type { ApiDeps } from '../deps.ts';
import { openApprovals } from '../open-approvals.ts';
import { approvalsPage } from './approvals-page.ts';
import { pageHandler, type PageCall } from './page-call.ts';
import { objectOf, whyNotByAccess } from './parts/why-not.ts';

const here = '/approvals';

/** `/approvals`: what waits for people, the reader first. */
export function mountApprovals(app: Express, deps: ApiDeps): void {
  app.get('/approvals.json', allowed(deps.log, 'approval.list'), (_req, res) =>
    res.redirect(307, '/v1/approvals?all=true'),
  );
  app.get(here, pageHandler(deps, 'approval.list', show));
}

async function show({ deps, caller, zone, nameOf, res }: PageCall): Promise<void> {
  const person = caller.person?.id;
  const open = toldTo(caller, await openApprovals(deps.store.db, caller));
  const mine = open.filter(({ asked }) => person !== undefined && asked.includes(person));
  res.type('html').send(
    approvalsPage({
      ...{ caller, zone, nameOf, inbox: deps.inbox },
      mine: mine
        .filter(({ voted }) => voted === undefined)
        .map((request) => ({
          request,
          refused: whyNotByAccess(caller, 'decision.make', objectOf(request.release)),
        })),
      decided: mine.filter(({ voted }) => voted !== undefined),
      others: open.filter((one) => !mine.includes(one)),
    }),
  );
}
