import type { Request, RequestHandler, Response } from 'express';
import { readAccessToken } from '../../platform/access-token.ts';
import { GantryError } from '../../platform/errors.ts';
import { currentPolicy } from '../../platform/record/policies.ts';
import { findSession, type Session } from '../../platform/record/sessions.ts';
import { isMadeByAnother } from '../../domain/identity/token-maker.ts';
import { findToken, touchToken } from '../../platform/record/tokens.ts';
import { nowOf, type ApiDeps } from '../deps.ts';
import { setCaller, type Caller } from './caller.ts';
import { csrfToken, requireCsrfToken } from './csrf.ts';
import { knownPerson, personIn } from './people.ts';
import { requireSameSite } from './same-site.ts';
import { readSessionCookie } from './session-cookie.ts';

const harmless = new Set(['GET', 'HEAD', 'OPTIONS']);

/**
 * Finds out who asks. A request with a bearer token is judged by that alone, and its cookies are not looked at; one request
 * never mixes both (trust §4.3). Nobody at all may go on: what needs somebody says so itself.
 */
export function authenticate(deps: ApiDeps): RequestHandler {
  return async (req, res, next) => {
    const bearer = req.get('authorization');
    const caller = bearer === undefined ? await fromCookie(deps, req) : await fromToken(deps, res, bearer);
    if (caller) setCaller(res, caller);
    // The command line shows times as pages do, without a request of its own.
    if (caller && bearer !== undefined) res.set('Gantry-Zone', caller.zone);
    next();
  };
}

async function fromToken(deps: ApiDeps, res: Response, header: string): Promise<Caller> {
  const text = /^Bearer ([^\s]+)$/i.exec(header)?.[1];
  const read = text === undefined ? undefined : readAccessToken(text);
  const now = nowOf(deps);
  const [token, stored] = read
    ? await Promise.all([findToken(deps.store.db, read.hash, now), currentPolicy(deps.store.db)])
    : [];
  const owner = token && personIn(stored?.policy, token.owner, deps.inbox);
  if (!token || !owner) {
    res.set('WWW-Authenticate', 'Bearer realm="gantry", error="invalid_token"');
    throw new GantryError('TOKEN_INVALID');
  }
  await touchToken(deps.store.db, token, now);
  return {
    // The built-in administrator is one person, too: with two tokens nobody is two.
    actor: { id: token.id, kind: 'token', assurance: 'token', person: owner.id },
    grant: {
      person: owner.id,
      access: owner.access,
      token: {
        access: token.access,
        services: token.services,
        ...(isMadeByAnother(token) ? { madeBy: token.createdBy } : {}),
      },
    },
    zone: owner.zone,
    ...(owner.person ? { person: owner.person } : {}),
  };
}

/** The live session of the cookie, whoever it belongs to. */
export async function sessionBehind(deps: ApiDeps, req: Request): Promise<Session | undefined> {
  const id = readSessionCookie(req, deps.config.publicUrl);
  return id === undefined ? undefined : findSession(deps.store.db, id, nowOf(deps));
}

async function fromCookie(deps: ApiDeps, req: Request): Promise<Caller | undefined> {
  const session = await sessionBehind(deps, req);
  const known = session && (await knownPerson(deps, session.person));
  if (!session || !known) return undefined;
  if (!harmless.has(req.method)) {
    requireSameSite(req, deps.config.publicUrl);
    requireCsrfToken(req, deps.secrets, session.hash);
  }
  return {
    actor: { id: known.id, kind: 'person', assurance: 'session', person: known.id },
    grant: { person: known.id, access: known.access },
    zone: known.zone,
    session: { ...session, csrf: csrfToken(deps.secrets, session.hash) },
    ...(known.person ? { person: known.person } : {}),
  };
}
