import type { Express } from 'express';
import { GantryError } from '../../platform/errors.ts';
import { newId, sha256 } from '../../platform/ids.ts';
import { mailDomain } from '../../platform/mail-domain.ts';
import { afterwardsOf } from '../../platform/record/afterwards.ts';
import { setQuarantine } from '../../platform/record/gates/quarantines.ts';
import { attributeIncident } from '../../platform/record/incidents/change.ts';
import { incidentById } from '../../platform/record/incidents/read.ts';
import { leftBy } from '../../domain/rollout/live-in-part.ts';
import { leftInPlace } from '../../platform/record/left-in-place.ts';
import { whatRuns } from '../../platform/record/running.ts';
import type { CreateOrder } from '../../platform/record/order-release.ts';
import { inTransaction } from '../../platform/database/open.ts';
import type { Action } from '../auth/access.ts';
import { authorise } from '../auth/caller.ts';
import type { ApiDeps } from '../deps.ts';
import { requestIdOf } from '../http/request-id.ts';
import { createRelease } from '../releases.ts';
import { formField, formHandler, leadTo, neededField, pathPart, type PageCall } from './page-call.ts';
import { releaseFor } from './read-release.ts';
import { showRelease } from './show-release.ts';

/** What the page of an ended release offers: the way back, a ban on what it brought, and a word on whose fault it was. */
export function mountAfterwardsForms(app: Express, deps: ApiDeps): void {
  const post = (path: string, action: Action, handle: (call: PageCall) => Promise<void>): void => {
    app.post(
      `/releases/:id/${path}`,
      formHandler(deps, { within: action }, { handle, showAgain: showRelease }),
    );
  };
  post('way-back', 'release.create', postWayBack);
  post('give-back', 'release.create', postGiveBack);
  post('quarantine', 'quarantine.set', postQuarantine);
  post('incidents/:incident', 'incident.attribute', postIncident);
}

const reasonOf = ({ req }: PageCall): string => neededField(req, 'reason', 'Say why');

async function postWayBack(call: PageCall): Promise<void> {
  const { deps, req } = call;
  const view = await releaseFor(call, 'release.create');
  const { ways } = await afterwardsOf(deps.store.db, view);
  const way = ways.find(
    ({ service, to, environment }) =>
      service === formField(req, 'service') &&
      to === formField(req, 'to') &&
      environment === (formField(req, 'environment') ?? environment),
  );
  if (!way)
    throw new GantryError('STALE', {
      ...{ seen: '', seq: view.seq, headline: view.headline },
      detail: 'What runs there is another by now, or that version is no way back any more',
    });
  await orderAlone(call, {
    components: [
      { service: way.service, version: way.to, ...(way.digest === undefined ? {} : { digest: way.digest }) },
    ],
    intent: 'rollback',
    to: way.environment,
    remediates: view.id,
  });
}

async function postGiveBack(call: PageCall): Promise<void> {
  const { deps, req } = call;
  const view = await releaseFor(call, 'release.create');
  const { db } = deps.store;
  const [left, running] = await Promise.all([leftInPlace(db, view.id), whatRuns(db)]);
  const service = formField(req, 'service') ?? '';
  const place = leftBy(view, { left, running }).find(
    ({ environment, part }) => environment === formField(req, 'environment') && part.service === service,
  );
  if (place?.part.whole === undefined || place.part.whole.version !== formField(req, 'to'))
    throw new GantryError('STALE', {
      ...{ seen: '', seq: view.seq, headline: view.headline },
      detail: 'Nothing of it is left there any more, or nothing else counts as running there',
    });
  await orderAlone(call, {
    components: [{ service, ...place.part.whole }],
    intent: 'redeploy',
    to: place.environment,
  });
}

/** Orders a release to one environment alone, and shows it. */
async function orderAlone(
  call: PageCall,
  asked: Pick<CreateOrder, 'components' | 'intent' | 'to' | 'remediates'>,
): Promise<void> {
  const { deps, res, caller } = call;
  const wanted: CreateOrder = {
    ...asked,
    only: true,
    reason: reasonOf(call),
    by: caller.actor,
    requestId: requestIdOf(res),
  };
  // a second click finds the release of the first still open, and is told so
  const keyed = { actor: caller.actor.id, key: newId('cmd'), fingerprint: sha256(JSON.stringify(wanted)) };
  const created = await createRelease(deps, wanted, keyed);
  res.redirect(303, `/releases/${created.view.id}`);
}

async function postQuarantine(call: PageCall): Promise<void> {
  const { deps, res, caller, now } = call;
  const view = await releaseFor(call, 'quarantine.set');
  const { bannable } = await afterwardsOf(deps.store.db, view);
  const reason = reasonOf(call);
  const notes: string[] = [];
  await inTransaction(deps.store.db, async (trx) => {
    for (const { service, version, digest } of bannable) {
      const { note } = await setQuarantine(trx, {
        ...{ service, version, reason, by: caller.actor, at: now.toISOString() },
        ...(digest === undefined ? {} : { digest }),
        requestId: requestIdOf(res),
        mailDomain: mailDomain(deps.config.mailFrom),
      });
      if (note !== undefined) notes.push(`${service} ${version}: ${note}`);
    }
  });
  leadTo(call, `/releases/${view.id}`, notes.length === 0 ? undefined : notes.join(' '));
}

async function postIncident(call: PageCall): Promise<void> {
  const { deps, req, res, caller, now } = call;
  const { db } = deps.store;
  const incident = await incidentById(db, pathPart(req, 'incident'));
  authorise(deps.log, caller, 'incident.attribute', { services: [incident.service] });
  const verdict = formField(req, 'verdict');
  if (verdict !== 'confirm' && verdict !== 'nobody')
    throw new GantryError('REQUEST_INVALID', { detail: 'Choose whether this release caused it' });
  await attributeIncident(db, incident.id, {
    by: caller.actor,
    at: now.toISOString(),
    requestId: requestIdOf(res),
    mailDomain: mailDomain(deps.config.mailFrom),
    to: verdict === 'confirm' ? { kind: verdict, seen: pathPart(req, 'id') } : { kind: verdict },
    reason: reasonOf(call),
  });
  res.redirect(303, `/releases/${pathPart(req, 'id')}`);
}
