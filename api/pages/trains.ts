import type { Express } from 'express';
import { listTrains } from '../../platform/record/calendar/trains.ts';
import { allowed } from '../auth/declared.ts';
import type { ApiDeps } from '../deps.ts';
import { isShownTo, trainShown } from '../routes/trains.ts';
import { pageHandler, type PageCall } from './page-call.ts';
import { trainsPage } from './trains-page.ts';

const here = '/trains';

/** `/trains`: the trains of the policy, when each leaves next and with whom. */
export function mountTrains(app: Express, deps: ApiDeps): void {
  app.get('/trains.json', allowed(deps.log, 'calendar.read'), (_req, res) => res.redirect(307, '/v1/trains'));
  app.get(here, pageHandler(deps, 'calendar.read', show));
}

async function show({ deps, caller, zone, nameOf, now, res }: PageCall): Promise<void> {
  const records = (await listTrains(deps.store.db)).filter(isShownTo(caller));
  const trains = await Promise.all(records.map((record) => trainShown(deps, record, caller)));
  res.type('html').send(
    trainsPage({
      ...{ caller, zone, nameOf, inbox: deps.inbox, now: now.toISOString() },
      trains,
    }),
  );
}
