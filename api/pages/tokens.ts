import { randomUUID } from 'node:crypto';
import type { Express } from 'express';
import { parseDuration } from '../../domain/policy/duration.ts';
import { accessBeyond } from '../../domain/identity/token-access.ts';
import { AccessSchema, type Access } from '../../domain/policy/policy.schema.ts';
import { nearest } from '../../domain/policy/problem.ts';
import type { FieldProblem } from '../../domain/problem-code.ts';
import { GantryError } from '../../platform/errors.ts';
import { once } from '../../platform/record/idempotency.ts';
import { allowed } from '../auth/declared.ts';
import { authorise, type Caller } from '../auth/caller.ts';
import type { KnownPerson } from '../auth/people.ts';
import type { ApiDeps } from '../deps.ts';
import { requestIdOf } from '../http/request-id.ts';
import {
  isAdmin,
  endToken,
  makeToken,
  requireOwner,
  tokensFor,
  whyNotPassedOn,
  type WantedToken,
} from '../tokens.ts';
import {
  formField,
  formFields,
  formHandler,
  formOnce,
  leadTo,
  pageHandler,
  pathPart,
  type PageCall,
} from './page-call.ts';
import { lifetimes, tokensPage, type TokensFacts } from './tokens-page.ts';

const here = '/tokens';
const toldBefore =
  'This form was sent before, and its token is made; a second one was not. It was shown then and is kept nowhere: if you have it no more, revoke it and make another.';

/** `/tokens`: tokens for programs, with forms to make one and to end it. */
export function mountTokens(app: Express, deps: ApiDeps): void {
  app.get('/tokens.json', allowed(deps.log, 'token.list'), (_req, res) => res.redirect(307, '/v1/tokens'));
  app.get(
    here,
    pageHandler(deps, 'token.list', (call) => show(call)),
  );
  app.post(
    here,
    formHandler(deps, 'token.create', {
      handle: make,
      showAgain: async (call) => {
        authorise(deps.log, call.caller, 'token.list');
        await show(call);
      },
    }),
  );
  app.post(
    '/tokens/:id/revoke',
    pageHandler(deps, 'token.revoke', async (call) => {
      await endToken(deps.store.db, pathPart(call.req, 'id'), call);
      leadTo(call, here, 'The token is revoked: whatever uses it is refused from now on.');
    }),
  );
}

async function show(call: PageCall, more: Pick<TokensFacts, 'made' | 'told'> = {}): Promise<void> {
  const { deps, caller, policy, zone, now, nameOf, res, sent, told } = call;
  const others = isAdmin(caller) ? (policy?.people ?? []).map(({ id, name }) => ({ id, name })) : [];
  res.type('html').send(
    tokensPage({
      caller,
      inbox: deps.inbox,
      zone,
      now: now.toISOString(),
      tokens: await tokensFor(deps.store.db, caller),
      access: offeredTo(caller),
      // A person alone acts for themselves: there is nothing to choose.
      people: others.length > 1 ? others : [],
      services: (policy?.services ?? []).map(({ id }) => id),
      formKey: randomUUID(),
      nameOf,
      sent,
      told,
      ...more,
    }),
  );
}

/** Makes a token and shows it in this answer alone: an address in a redirect would stay in histories and logs. */
async function make(call: PageCall): Promise<void> {
  const { deps, caller, now, req, res } = call;
  const { db } = deps.store;
  const owner = await requireOwner(deps, caller, formField(req, 'person') ?? caller.grant.person);
  const wanted = wantedOf(call, owner);
  let text: string | undefined;
  await once(db, formOnce(call, here), now, async (trx) => {
    const made = await makeToken(trx, wanted, { owner, caller, now, requestId: requestIdOf(res) });
    text = made.text; // stays out of the kept answer: nothing that is stored may hold it
    return { status: 200, body: { id: made.token.id } };
  });
  await show(call, text === undefined ? { told: toldBefore } : { made: { text, name: wanted.name } });
}

/** Who may do everything may give any part of it, as over the API. */
const offeredTo = (caller: Caller): readonly Access[] =>
  isAdmin(caller) ? AccessSchema.options : caller.grant.access;

/** What the form asks for. @throws REQUEST_INVALID with what is wrong, field by field */
function wantedOf({ req, caller, policy }: PageCall, owner: KnownPerson): WantedToken {
  const name = (formField(req, 'name') ?? '').slice(0, 100);
  const chosen = formFields(req, 'access');
  const access = offeredTo(caller).filter((one) => chosen.includes(one));
  const typed = formField(req, 'services') ?? '';
  const services = [...new Set(typed.split(/[\s,]+/).filter(Boolean))];
  const expires = lifetimes.find(([value]) => value === formField(req, 'expires'))?.[0];
  const lifetimeMs = parseDuration(expires ?? '');
  const known = (policy?.services ?? []).map(({ id }) => id);
  const errors: FieldProblem[] = [];
  const wrong = (field: string, detail: string, remedy: string): void =>
    void errors.push({ pointer: `/${field}`, code: 'REQUEST_INVALID', detail, remedy });
  if (name === '') wrong('name', 'The token has no name', 'Write what uses it, such as ci.');
  if (access.length === 0)
    wrong('access', 'The token may do nothing', 'Choose at least one thing that it may do.');
  const beyond = accessBeyond(access, owner.access);
  if (beyond.length > 0)
    wrong(
      'access',
      `${owner.person?.name ?? owner.id} may not do that: ${beyond.join(', ')}`,
      'Choose what that person may do, or change gantry.yaml first.',
    );
  const passedOn = whyNotPassedOn(access, { owner, caller });
  if (passedOn !== undefined)
    wrong(
      'access',
      `${passedOn.charAt(0).toUpperCase()}${passedOn.slice(1)}`,
      'Leave approver out, or let that person make it.',
    );
  for (const service of services.filter((one) => !known.includes(one)))
    wrong('services', `There is no service ${service.slice(0, 63)}`, serviceRemedy(service, known));
  if (lifetimeMs === undefined) wrong('expires', 'The token has no end', 'Choose how long it works.');
  if (errors.length > 0 || lifetimeMs === undefined)
    throw new GantryError(
      'REQUEST_INVALID',
      { detail: errors.map(({ detail }) => detail).join('; '), count: errors.length },
      { errors },
    );
  return { name, access: access satisfies Access[], services, lifetimeMs };
}

function serviceRemedy(service: string, known: readonly string[]): string {
  const meant = nearest(service, known);
  return meant === undefined
    ? 'Write names of services from gantry.yaml, or leave it empty for all.'
    : `Did you mean ${meant}?`;
}
