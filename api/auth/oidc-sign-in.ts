import type { Express, Request, RequestHandler } from 'express';
import { nothingAt } from '../../platform/problems/input.ts';
import { GantryError } from '../../platform/errors.ts';
import type { OidcProvider, SignedIn } from '../../platform/oidc.ts';
import { signInWithIdentity, useSignInOnce } from '../../platform/record/identities.ts';
import { currentPolicy } from '../../platform/record/policies.ts';
import { nowOf, type ApiDeps } from '../deps.ts';
import { sessionBehind } from './authenticate.ts';
import { returnPath } from './return-path.ts';
import {
  clearAttemptCookie,
  readAttemptCookie,
  setAttemptCookie,
  setSessionCookie,
} from './session-cookie.ts';
import {
  attemptMs,
  newAttempt,
  openAttempt,
  sealAttempt,
  secretsOf,
  type SignInAttempt,
} from './sign-in-attempt.ts';

const path = '/sign-in/oidc';

/** Clocks of two machines may differ by this much (trust §8, row 16). */
const leewayMs = 60_000;

/** Address of a plain link that leads to the provider, and from there back to `returnTo`. `fresh`: it asks again who you are. */
export const providerSignIn = (of: { returnTo: string; fresh?: boolean }): string =>
  `${path}?${new URLSearchParams({ return: of.returnTo, ...(of.fresh ? { fresh: '1' } : {}) }).toString()}`;

/**
 * Signing in at the OpenID provider (trust §4.3). Both are plain GETs, because that is how browsers come back from there: the
 * first writes nothing down at all, the second nothing but the session it begins.
 */
export function mountOidcSignIn(app: Express, deps: ApiDeps, limit: RequestHandler): void {
  app.get(path, limit, begin(deps));
  app.get(`${path}/callback`, limit, finish(deps));
}

const begin =
  (deps: ApiDeps): RequestHandler =>
  async (req, res) => {
    const { publicUrl } = deps.config;
    const provider = providerOf(deps);
    res.set('Cache-Control', 'no-store');
    // Cookies belong to one host name, and the way back leads to that of PUBLIC_URL.
    if (req.get('host') !== new URL(publicUrl).host) {
      res.redirect(302, `${publicUrl}${req.originalUrl}`);
      return;
    }
    const attempt = newAttempt({
      returnTo: returnPath(req.query['return'], publicUrl),
      fresh: req.query['fresh'] === '1',
      startedAt: nowOf(deps).toISOString(),
    });
    const url = await provider.signInUrl({
      ...secretsOf(deps.secrets, attempt),
      redirectUri: `${publicUrl}${path}/callback`,
      fresh: attempt.fresh,
    });
    setAttemptCookie(res, publicUrl, sealAttempt(deps.secrets, attempt));
    res.redirect(302, url.href);
  };

const finish =
  (deps: ApiDeps): RequestHandler =>
  async (req, res) => {
    const { publicUrl } = deps.config;
    const now = nowOf(deps);
    res.set('Cache-Control', 'no-store');
    if (req.method !== 'GET') throw new GantryError('METHOD_NOT_ALLOWED', { method: req.method, path });
    const provider = providerOf(deps);
    const attempt = openAttempt(deps.secrets, readAttemptCookie(req, publicUrl) ?? '', now);
    if (!attempt)
      throw new GantryError('SIGN_IN_FAILED', { detail: 'this browser has not begun one, or too long ago' });
    clearAttemptCookie(res, publicUrl);
    const secrets = secretsOf(deps.secrets, attempt, attempt.kid);
    if (req.query['state'] !== secrets.state)
      throw new GantryError('SIGN_IN_FAILED', { detail: 'it is not the one that this browser began last' });
    const expiresAt = new Date(Date.parse(attempt.startedAt) + attemptMs);
    await useSignInOnce(deps.store.db, { state: secrets.state, expiresAt, now });
    const identity = await provider.identify(backFrom(req, publicUrl), secrets);
    const before = await sessionBehind(deps, req);
    const { id, person } = await signInWithIdentity(deps.store.db, {
      people: (await currentPolicy(deps.store.db))?.policy.people ?? [],
      identity: { ...identity, ...provenBy(identity, attempt, now) },
      state: secrets.state,
      ...(before ? { before: before.hash } : {}),
      now,
    });
    deps.log.info({ person, issuer: provider.issuer }, 'signed in at the provider');
    setSessionCookie(res, publicUrl, id);
    res.redirect(303, attempt.returnTo);
  };

/** What came back, under our own address: never under what `Host` says. */
function backFrom(req: Request, publicUrl: string): URL {
  const url = new URL(`${publicUrl}${path}/callback`);
  url.search = new URL(req.originalUrl, publicUrl).search;
  return url;
}

/**
 * When the person proved who they are. A provider that was told to ask again and did not is found out here, as is one whose
 * clock is ahead: then the proof would stay fresh for longer than it is. @throws SIGN_IN_FAILED
 */
function provenBy({ authenticatedAt }: SignedIn, { fresh, startedAt }: SignInAttempt, now: Date) {
  const at = authenticatedAt === undefined ? undefined : Date.parse(authenticatedAt);
  if (fresh && (at === undefined || at < Date.parse(startedAt) - leewayMs))
    throw new GantryError('SIGN_IN_FAILED', { detail: 'the provider did not ask you again who you are' });
  if (at === undefined) return {};
  if (at > now.getTime() + leewayMs)
    throw new GantryError('SIGN_IN_FAILED', { detail: 'the clock of the provider is ahead of ours' });
  return { authenticatedAt: new Date(Math.min(at, now.getTime())).toISOString() };
}

function providerOf({ provider }: ApiDeps): OidcProvider {
  if (provider) return provider;
  throw new GantryError('NOT_FOUND', { what: nothingAt, id: path });
}
