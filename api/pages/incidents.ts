import { randomUUID } from 'node:crypto';
import type { Express, Request } from 'express';
import { severities, type Incident } from '../../domain/incidents/incident.ts';
import { mailDomain } from '../../platform/mail-domain.ts';
import { once } from '../../platform/record/idempotency.ts';
import { attributeIncident, closeIncident, openIncident } from '../../platform/record/incidents/change.ts';
import { incidentById, listIncidents } from '../../platform/record/incidents/read.ts';
import { releaseMeant } from '../../platform/record/releases.ts';
import type { Action } from '../auth/access.ts';
import { authorise } from '../auth/caller.ts';
import { allowed } from '../auth/declared.ts';
import type { ApiDeps } from '../deps.ts';
import { requestIdOf } from '../http/request-id.ts';
import { narrowedTo, visibleServices } from '../auth/narrowed-to.ts';
import { incidentsAddress, incidentsPage, type IncidentPages } from './incidents-page.ts';
import {
  formField,
  formHandler,
  formOnce,
  neededField,
  pageHandler,
  pathPart,
  timeIn,
  wrongField,
  type PageCall,
} from './page-call.ts';
import { whyNotByAccess } from './parts/why-not.ts';

const here = '/incidents';
/** Of each kind so many stand on one page. */
const openShown = 25;
const closedShown = 20;

/** `/incidents`: what goes wrong for users, and forms to write it down, to say which release caused it, and to close it. */
export function mountIncidents(app: Express, deps: ApiDeps): void {
  app.get('/incidents.json', allowed(deps.log, 'incident.list'), (_req, res) =>
    res.redirect(307, '/v1/incidents'),
  );
  app.get(here, pageHandler(deps, 'incident.list', show));
  const post = (address: string, action: Action, handle: (call: PageCall) => Promise<void>): void => {
    app.post(address, formHandler(deps, { within: action }, { handle, showAgain }));
  };
  post(here, 'incident.open', open);
  post('/incidents/:id/close', 'incident.change', close);
  post('/incidents/:id/attribution', 'incident.attribute', attribute);
}

/** The page after a form that was not done. */
async function showAgain(call: PageCall): Promise<void> {
  authorise(call.deps.log, call.caller, 'incident.list');
  await show(call);
}

async function show({ deps, caller, policy, zone, nameOf, req, res, sent }: PageCall): Promise<void> {
  const { db } = deps.store;
  const services = narrowedTo(caller);
  const narrowed = services === undefined ? {} : { services };
  const at = pagesOf(req);
  const [open, closed] = await Promise.all([
    listIncidents(db, { state: 'open', limit: openShown, cursor: at.open, ...narrowed }),
    listIncidents(db, { state: 'closed', limit: closedShown, cursor: at.closed, ...narrowed }),
  ]);
  res.type('html').send(
    incidentsPage({
      ...{ caller, zone, nameOf, sent, at, inbox: deps.inbox },
      next: { open: open.next, closed: closed.next },
      open: open.items.map((incident) => ({
        incident,
        notClosed: whyNotByAccess(caller, 'incident.change', { services: [incident.service] }),
        notAttributed: whyNotByAccess(caller, 'incident.attribute', { services: [incident.service] }),
      })),
      closed: closed.items,
      services: (policy?.services ?? []).map(({ id }) => id).filter(visibleServices(caller)),
      environments: (policy?.environments ?? []).map(({ id }) => id),
      notOpened: whyNotByAccess(caller, 'incident.open', {}),
      formKey: randomUUID(),
    }),
  );
}

/** Where the pages of both lists begin: named in the address, by every form of the page as well. */
function pagesOf({ query }: Request): IncidentPages {
  const cursor = (name: string): string | undefined => {
    const value = query[name];
    return typeof value === 'string' && value !== '' ? value : undefined;
  };
  return { open: cursor('open'), closed: cursor('closed') };
}

const originOf = ({ deps, caller, now, res }: PageCall) => ({
  by: caller.actor,
  at: now.toISOString(),
  requestId: requestIdOf(res),
  mailDomain: mailDomain(deps.config.mailFrom),
});

async function open(call: PageCall): Promise<void> {
  const { deps, caller, req, res, now } = call;
  const service = neededField(req, 'service', 'Choose the service');
  authorise(deps.log, caller, 'incident.open', { services: [service] });
  const severity = severities.find((one) => one === formField(req, 'severity'));
  if (severity === undefined) throw wrongField('severity', 'Choose the severity');
  const environment = formField(req, 'environment');
  const title = neededField(req, 'title', 'Say in one line what goes wrong');
  if (title.length > 200) throw wrongField('title', 'Write at most 200 characters');
  const wanted = {
    ...{ title, service, severity, source: 'person' as const, startedAt: begunAt(call) },
    ...(environment === undefined ? {} : { environment }),
  };
  await once(deps.store.db, formOnce(call, here), now, async (trx) => {
    const { incident } = await openIncident(trx, wanted, originOf(call));
    return { status: 201, body: { id: incident.id } };
  });
  res.redirect(303, incidentsAddress(here, pagesOf(req)));
}

/** When it began, by the clock of the reader; left empty: now. @throws REQUEST_INVALID */
function begunAt(call: PageCall): string {
  const at = timeIn(call, 'startedAt') ?? call.now.toISOString();
  if (Date.parse(at) > call.now.getTime())
    throw wrongField('startedAt', 'Its beginning is still to come: choose a time that has passed');
  return at;
}

/** The incident of the address, once the caller may do that with it. @throws NOT_FOUND, NOT_ALLOWED */
async function incidentFor(
  { deps, caller, req }: PageCall,
  action: 'incident.change' | 'incident.attribute',
): Promise<Incident> {
  const incident = await incidentById(deps.store.db, pathPart(req, 'id'));
  authorise(deps.log, caller, action, { services: [incident.service] });
  return incident;
}

async function close(call: PageCall): Promise<void> {
  const { id } = await incidentFor(call, 'incident.change');
  const outcome = neededField(call.req, 'outcome', 'Say what ended it');
  await closeIncident(call.deps.store.db, id, { ...originOf(call), outcome });
  call.res.redirect(303, incidentsAddress(here, pagesOf(call.req)));
}

async function attribute(call: PageCall): Promise<void> {
  const { deps, req, res } = call;
  const { db } = deps.store;
  const { id } = await incidentFor(call, 'incident.attribute');
  const reason = neededField(req, 'reason', 'Say how you know');
  const verdict = formField(req, 'verdict');
  const seen = formField(req, 'seen');
  const to =
    verdict === 'nobody'
      ? ({ kind: verdict } as const)
      : verdict === 'confirm'
        ? { kind: 'confirm' as const, ...(seen === undefined ? {} : { seen }) }
        : {
            kind: 'release' as const,
            releaseId: (await releaseMeant(db, neededField(req, 'release', 'Name the release'))).id,
          };
  await attributeIncident(db, id, { ...originOf(call), to, reason });
  res.redirect(303, incidentsAddress(here, pagesOf(req)));
}
