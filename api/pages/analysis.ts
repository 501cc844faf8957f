import type { Express } from 'express';
import { resolveLocal } from '../../domain/calendar/resolve-local.ts';
import { GantryError } from '../../platform/errors.ts';
import { analysesOf } from '../../platform/record/analysis.ts';
import { allowed } from '../auth/declared.ts';
import type { ApiDeps } from '../deps.ts';
import { analysisPage } from './analysis-page.ts';
import { pageHandler, pathPart, type PageCall } from './page-call.ts';
import { releaseFor } from './read-release.ts';

/** What was measured of a release, now or at an instant, with its twin in JSON. */
export function mountAnalysis(app: Express, deps: ApiDeps): void {
  app.get('/releases/:id/analysis.json', allowed(deps.log, 'release.list'), (req, res) =>
    res.redirect(302, `/v1/releases/${encodeURIComponent(pathPart(req, 'id'))}/analysis`),
  );
  app.get('/releases/:id/analysis', pageHandler(deps, { within: 'release.read' }, showAnalysis));
}

async function showAnalysis(call: PageCall): Promise<void> {
  const { deps, caller, zone, now, res } = call;
  const view = await releaseFor(call, 'release.read');
  const at = askedInstant(call);
  const analyses = await analysesOf(deps.store.db, view, at ?? now.toISOString());
  const page = { caller, view, analyses, zone, inbox: deps.inbox, ...(at === undefined ? {} : { at }) };
  res.type('html').send(analysisPage(page));
}

/** A local time of the reader as an instant. @throws REQUEST_INVALID */
function askedInstant({ req, zone }: PageCall): string | undefined {
  const typed = req.query['at'];
  if (typeof typed !== 'string' || typed === '') return undefined;
  try {
    return new Date(resolveLocal(typed, zone).ms).toISOString();
  } catch {
    throw new GantryError('REQUEST_INVALID', { detail: 'Choose a day and a time' });
  }
}
