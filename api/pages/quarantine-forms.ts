import type { Express } from 'express';
import { mailDomain } from '../../platform/mail-domain.ts';
import { liftQuarantine, setQuarantine } from '../../platform/record/gates/quarantines.ts';
import { authorise } from '../auth/caller.ts';
import type { ApiDeps } from '../deps.ts';
import { parsed } from '../http/parse.ts';
import { requestIdOf } from '../http/request-id.ts';
import { bannedBy, QuarantineOrderSchema } from '../routes/quarantines.ts';
import { showEnvironments } from './environments.ts';
import { formField, formHandler, leadTo, pathPart, type PageCall } from './page-call.ts';

/** The forms of the page of environments: a ban on a build, and a word to lift one, under the rules of the API. */
export function mountQuarantineForms(app: Express, deps: ApiDeps): void {
  app.post(
    '/quarantines',
    formHandler(deps, { within: 'quarantine.set' }, { handle: postQuarantine, showAgain: showEnvironments }),
  );
  app.post(
    '/quarantines/:id/lift',
    formHandler(deps, 'quarantine.lift', { handle: postLift, showAgain: showEnvironments }),
  );
}

async function postQuarantine(call: PageCall): Promise<void> {
  const { deps, caller, req } = call;
  const field = (name: string) => {
    const typed = formField(req, name);
    return typed === undefined ? {} : { [name]: typed };
  };
  const given = { ...field('service'), ...field('version'), ...field('digest'), ...field('reason') };
  const read = parsed(QuarantineOrderSchema, given, 'body');
  const { service, version, digest } = read;
  authorise(deps.log, caller, 'quarantine.set', bannedBy(read));
  const { note } = await setQuarantine(deps.store.db, {
    ...originOf(call, read.reason),
    ...(service === undefined ? {} : { service }),
    ...(version === undefined ? {} : { version }),
    ...(digest === undefined ? {} : { digest }),
  });
  leadTo(call, '/environments#quarantines', note);
}

async function postLift(call: PageCall): Promise<void> {
  const { deps, req, res } = call;
  const reason = formField(req, 'reason') ?? '';
  await liftQuarantine(deps.store.db, { ...originOf(call, reason), id: pathPart(req, 'id') });
  res.redirect(303, '/environments#quarantines');
}

const originOf = ({ deps, caller, now, res }: PageCall, reason: string) => ({
  by: caller.actor,
  at: now.toISOString(),
  reason,
  requestId: requestIdOf(res),
  mailDomain: mailDomain(deps.config.mailFrom),
});
