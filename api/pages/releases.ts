import type { Express } from 'express';
import type { ReleaseView } from '../../domain/release/release.ts';
import { GantryError } from '../../platform/errors.ts';
import { lineStops } from '../../platform/record/calendar/line-stops.ts';
import { asOfNow, leftInPlace } from '../../platform/record/left-in-place.ts';
import { listReleases, openReleases } from '../../platform/record/releases.ts';
import { readCheckResult } from '../../platform/record/results.ts';
import { standingQuarantines } from '../../platform/record/gates/quarantines.ts';
import { whatRunsBanned } from '../../platform/record/gates/what-runs-banned.ts';
import { allowed } from '../auth/declared.ts';
import { mayKnowAbsences, toldTo } from '../auth/told-to.ts';
import type { ApiDeps } from '../deps.ts';
import { concernsVisible, narrowedTo, visibleServices } from '../auth/narrowed-to.ts';
import { readDossier } from '../../platform/record/dossier/index.ts';
import { checkPage } from './check-page.ts';
import { dossierPage } from './dossier-page.ts';
import { pageHandler, pathPart, type PageCall } from './page-call.ts';
import { releaseFor } from './read-release.ts';
import { releasesPage } from './releases-page.ts';
import { showRelease } from './show-release.ts';

const newestShown = 50;

/** The list, one release, and the output of its checks; each page with its twin in JSON. */
export function mountReleases(app: Express, deps: ApiDeps): void {
  app.get('/', pageHandler(deps, 'release.list', showReleases));
  const list = allowed(deps.log, 'release.list');
  app.get('/releases', list, (_req, res) => res.redirect(302, '/'));
  app.get('/releases.json', list, (_req, res) => res.redirect(302, '/v1/releases'));
  app.get('/releases/:id.json', list, (req, res) =>
    res.redirect(302, `/v1/releases/${encodeURIComponent(pathPart(req, 'id'))}`),
  );
  app.get('/releases/:id', pageHandler(deps, { within: 'release.read' }, showRelease));
  app.get('/releases/:id/dossier.json', list, (req, res) =>
    res.redirect(302, `/v1/releases/${encodeURIComponent(pathPart(req, 'id'))}/dossier`),
  );
  app.get('/releases/:id/dossier', pageHandler(deps, { within: 'release.read' }, showDossier));
  app.get('/releases/:id/checks/:result', pageHandler(deps, { within: 'release.read' }, showCheck));
}

async function showReleases({ deps, caller, policy, zone, nameOf, res }: PageCall): Promise<void> {
  const { db } = deps.store;
  const [running, open, left, newest, stops, quarantines] = await Promise.all([
    whatRunsBanned(db),
    openReleases(db),
    leftInPlace(db),
    listReleases(db, { limit: newestShown }),
    lineStops(db),
    standingQuarantines(db),
  ]);
  const isVisible = visibleServices(caller);
  const mayShow = (view: ReleaseView): boolean => view.components.every((one) => isVisible(one.service));
  const shown = (views: readonly ReleaseView[]) => toldTo(caller, views.filter(mayShow));
  res.type('html').send(
    releasesPage({
      caller,
      zone,
      inbox: deps.inbox,
      services: (policy?.services ?? []).map((one) => one.id).filter(isVisible),
      environments: (policy?.environments ?? []).map((one) => one.id),
      running,
      stops: stops.filter(concernsVisible(isVisible)),
      nameOf,
      open: shown(open),
      left,
      quarantines,
      newest: shown(await asOfNow(db, newest.items)),
      forMe: shown(open.filter((view) => asks(view, caller.person?.id))),
    }),
  );
}

/** Whether an open request of this release asks this person, who has not answered it. */
const asks = (view: ReleaseView, person: string | undefined): boolean =>
  person !== undefined &&
  view.stages.some(
    ({ approval }) =>
      approval?.state === 'open' &&
      approval.asked.includes(person) &&
      !approval.votes.some((vote) => vote.person === person),
  );

async function showDossier(call: PageCall): Promise<void> {
  const { deps, caller, res } = call;
  const view = await releaseFor(call, 'release.read');
  const dossier = await readDossier(deps.store.db, view, {
    tellsAbsences: mayKnowAbsences(caller),
    services: narrowedTo(caller),
  });
  res.type('html').send(dossierPage({ caller, dossier, id: view.id, inbox: deps.inbox }));
}

async function showCheck(call: PageCall): Promise<void> {
  const { deps, req, res, caller, zone } = call;
  const view = await releaseFor(call, 'release.read');
  const id = pathPart(req, 'result');
  const result = await readCheckResult(deps.store.db, id);
  if (result?.releaseId !== view.id) throw new GantryError('NOT_FOUND', { what: `check result ${id}`, id });
  res.type('html').send(checkPage({ caller, result, zone, inbox: deps.inbox }));
}
