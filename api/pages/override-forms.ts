import type { Express } from 'express';
import { durationMs } from '../../domain/policy/duration.ts';
import { GantryError } from '../../platform/errors.ts';
import { secondOverride } from '../../platform/record/calendar/give-override.ts';
import { overrideById } from '../../platform/record/calendar/overrides.ts';
import { once } from '../../platform/record/idempotency.ts';
import type { Action } from '../auth/access.ts';
import type { ApiDeps } from '../deps.ts';
import { letPass, requireSecond } from '../give-override.ts';
import { requestIdOf } from '../http/request-id.ts';
import { originOf } from '../routes/calendar/rules.ts';
import {
  formField,
  formHandler,
  formOnce,
  leadTo,
  neededField,
  pathPart,
  wrongField,
  type PageCall,
} from './page-call.ts';
import { overrideLengths } from './parts/pass-rules.ts';
import { releaseFor } from './read-release.ts';
import { showRelease } from './show-release.ts';

/** What the page of a release offers to let it pass a rule of the calendar: an override, and the agreement to one of somebody else. */
export function mountOverrideForms(app: Express, deps: ApiDeps): void {
  const post = (path: string, action: Action, handle: (call: PageCall) => Promise<void>): void => {
    app.post(
      `/releases/:id/${path}`,
      formHandler(deps, { within: action }, { handle, showAgain: showRelease }),
    );
  };
  post('overrides', 'override.give', postOverride);
  post('overrides/:override/second', 'override.second', postSecond);
}

/** The page shows the release as it was before until it has looked: without a word of this, people press again. */
const toldGiven = 'Your override is recorded; the release looks at its gates again.';
const toldToWait =
  'Your override is recorded. It counts once a second person has agreed; those who may agree get a mail.';

/** Lets the release pass the rule of the address in the stage of the address. @throws STALE where it is in that stage no more */
async function postOverride(call: PageCall): Promise<void> {
  const { deps, caller, now, req, res } = call;
  const view = await releaseFor(call, 'override.give');
  const { rule, in: stage } = req.query;
  if (stage !== view.stage || view.ended)
    throw new GantryError('STALE', {
      ...{ seen: '', seq: view.seq, headline: view.headline },
      detail: `The form was to let it pass in ${typeof stage === 'string' ? stage : 'a stage'}, and it is there no more`,
    });
  const length = overrideLengths.find((one) => one === formField(req, 'for'));
  if (length === undefined) throw wrongField('for', 'Choose for how long');
  const reason = neededField(req, 'reason', 'Say why');
  if (reason.length < 10) throw wrongField('reason', 'Say why in 10 characters or more');
  const wanted = {
    ...{ freeze: typeof rule === 'string' ? rule : '', environment: view.stage ?? '', reason },
    revision: Number(formField(req, 'revision')),
    expires: new Date(now.getTime() + durationMs(length)).toISOString(),
  };
  const { answer } = await once(deps.store.db, formOnce(call, req.originalUrl), now, async (trx) => {
    const given = await letPass(trx, wanted, { deps, caller, now, requestId: requestIdOf(res), view });
    const told = given.note ?? (given.needsSecond ? toldToWait : toldGiven);
    return { status: 201, body: { id: given.id, told } };
  });
  leadTo(call, `/releases/${view.id}`, (answer.body as { told?: string }).told);
}

/** Agrees to the override of the address, which somebody else asked for. @throws NOT_FOUND, NOT_ALLOWED, OVERRIDE_INVALID */
async function postSecond(call: PageCall): Promise<void> {
  const { deps, caller, now, policy, req, res } = call;
  const view = await releaseFor(call, 'override.second');
  const id = pathPart(req, 'override');
  const found = await overrideById(deps.store.db, id, now.toISOString());
  if (found?.releaseId !== view.id) throw new GantryError('NOT_FOUND', { what: 'override', id });
  requireSecond(caller, policy);
  const origin = originOf(caller, now, requestIdOf(res), formField(req, 'reason'));
  await secondOverride(deps.store.db, { id, ...origin });
  leadTo(call, `/releases/${view.id}`, 'Your agreement is recorded; the release looks at its gates again.');
}
