import type { Express } from 'express';
import type { ApiDeps } from '../deps.ts';
import { mountAbsences } from './absences.ts';
import { mountAnalysis } from './analysis.ts';
import { mountApprovals } from './approvals.ts';
import { mountAudit } from './audit.ts';
import { mountCalendar } from './calendar.ts';
import { mountCalendarRules } from './calendar-rules.ts';
import { mountEnvironments } from './environments.ts';
import { icon, iconPath } from './icon.ts';
import { mountInbox } from './inbox.ts';
import { mountIncidents } from './incidents.ts';
import { liveScript, liveScriptPath } from './live-script.ts';
import { mountPolicy } from './policy.ts';
import { mountQuarantineForms } from './quarantine-forms.ts';
import { mountReleaseForms } from './release-forms.ts';
import { mountReleases } from './releases.ts';
import { mountReviews } from './reviews.ts';
import { mountTokens } from './tokens.ts';
import { mountTrains } from './trains.ts';
import { stylesheet, stylesheetPath } from './stylesheet.ts';

/** All pages. Mounted behind authentication; only the static files are for everybody. */
export function mountPages(app: Express, deps: ApiDeps): void {
  serveStatic(app, stylesheetPath, 'text/css', stylesheet);
  serveStatic(app, liveScriptPath, 'text/javascript', liveScript);
  app.get(['/favicon.ico', iconPath], (_req, res) => {
    res.set('Cache-Control', 'public, max-age=86400').type('image/svg+xml').send(icon);
  });
  mountAnalysis(app, deps);
  mountReleases(app, deps);
  mountApprovals(app, deps);
  mountReleaseForms(app, deps);
  mountCalendar(app, deps);
  mountCalendarRules(app, deps);
  mountEnvironments(app, deps);
  mountTrains(app, deps);
  mountQuarantineForms(app, deps);
  mountIncidents(app, deps);
  mountReviews(app, deps);
  mountPolicy(app, deps);
  mountAudit(app, deps);
  mountAbsences(app, deps);
  mountTokens(app, deps);
  if (deps.inbox) mountInbox(app, deps);
}

/** The address changes with the content, so it may be kept for good. */
function serveStatic(app: Express, path: string, type: string, text: string): void {
  app.get(path, (_req, res) => {
    res.set('Cache-Control', 'public, max-age=31536000, immutable').type(type).send(text);
  });
}
