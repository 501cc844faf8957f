import type { Express } from 'express';
import { lineStops } from '../../platform/record/calendar/line-stops.ts';
import { standingQuarantines } from '../../platform/record/gates/quarantines.ts';
import { whatRunsBanned } from '../../platform/record/gates/what-runs-banned.ts';
import { leftInPlace } from '../../platform/record/left-in-place.ts';
import { openReleases } from '../../platform/record/releases.ts';
import { environmentLocks } from '../../platform/record/environment-locks.ts';
import { authorise } from '../auth/caller.ts';
import { allowed } from '../auth/declared.ts';
import type { ApiDeps } from '../deps.ts';
import { locksShown } from '../locks-shown.ts';
import { concernsVisible, visibleServices } from '../auth/narrowed-to.ts';
import { servicesOf } from '../routes/quarantines.ts';
import { runnersThere } from '../runners-there.ts';
import { environmentsPage } from './environments-page.ts';
import { pageHandler, type PageCall } from './page-call.ts';

export function mountEnvironments(app: Express, deps: ApiDeps): void {
  app.get('/environments', pageHandler(deps, 'environment.list', showEnvironments));
  app.get('/environments.json', allowed(deps.log, 'environment.list'), (_req, res) =>
    res.redirect(302, '/v1/environments'),
  );
}

/** @throws NOT_ALLOWED */
export async function showEnvironments(call: PageCall): Promise<void> {
  const { deps, caller, policy, zone, nameOf, res, sent, told } = call;
  authorise(deps.log, caller, 'environment.list');
  const { db } = deps.store;
  const [running, locks, stops, quarantines, open, left] = await Promise.all([
    whatRunsBanned(db),
    environmentLocks(db),
    lineStops(db),
    standingQuarantines(db),
    openReleases(db),
    leftInPlace(db),
  ]);
  const runners = await runnersThere(deps, policy?.environments ?? []);
  const isVisible = visibleServices(caller);
  const there = running.filter((one) => isVisible(one.service));
  res.type('html').send(
    environmentsPage({
      caller,
      zone,
      sent,
      told,
      inbox: deps.inbox,
      environments: policy?.environments ?? [],
      running: there,
      open,
      left,
      stops: stops.filter(concernsVisible(isVisible)),
      nameOf,
      locks: locksShown(caller, locks, open),
      runners,
      quarantines: quarantines.filter((one) => concernsVisible(isVisible)(servicesOf(one))),
      services: (policy?.services ?? []).map(({ id }) => id).filter(isVisible),
    }),
  );
}
