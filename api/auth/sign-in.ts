import type { Express, Request, RequestHandler, Response } from 'express';
import { GantryError } from '../../platform/errors.ts';
import { endSession, startSession } from '../../platform/record/sessions.ts';
import { peekSignInLink, useSignInLink } from '../../platform/record/sign-in.ts';
import { nowOf, type ApiDeps } from '../deps.ts';
import { perMinute } from '../http/rate-limit.ts';
import { renderSignInLinkPage, renderSignInPage } from '../pages/sign-in.ts';
import { authenticate, sessionBehind } from './authenticate.ts';
import { requireCaller } from './caller.ts';
import { declared } from './declared.ts';
import { knownPerson } from './people.ts';
import { requireSameSite } from './same-site.ts';
import { mountOidcSignIn, providerSignIn } from './oidc-sign-in.ts';
import { returnPath } from './return-path.ts';
import { clearSessionCookie, setSessionCookie } from './session-cookie.ts';

/** A secret has 256 bits; the limit keeps guessing from costing us work. */
const triesPerMinute = 20;

/** Address of a one-time link; its page shows a button, and only the POST behind that signs in. */
export const signInUrl = (publicUrl: string, secret: string): string => `${publicUrl}/sign-in/${secret}`;

/** Signing in by one-time link or at the provider, and out again. There are no passwords (trust §4.3). */
export function mountSignIn(app: Express, deps: ApiDeps): void {
  const limit = perMinute('sign-in', triesPerMinute);
  app.get('/sign-in', (req, res) => {
    const returnTo = returnPath(req.query['return'], deps.config.publicUrl);
    const provider = deps.provider && { issuer: deps.provider.issuer, address: providerSignIn({ returnTo }) };
    page(res).send(renderSignInPage(provider));
  });
  mountOidcSignIn(app, deps, limit);
  app
    .route('/sign-in/:secret')
    .all(limit)
    .get(showLink(deps))
    .post(useLink(deps))
    .all(
      declared({ refuses: true }, (req, res) => {
        res.set('Allow', 'GET, HEAD, POST');
        throw new GantryError('METHOD_NOT_ALLOWED', { method: req.method, path: '/sign-in' });
      }),
    );
  app.post('/sign-out', authenticate(deps), signOut(deps));
}

/** `strict-origin`: with a stricter referrer policy browsers send `Origin: null` with the form, and nobody could sign in. */
const page = (res: Response): Response =>
  res.set({ 'Cache-Control': 'no-store', 'Referrer-Policy': 'strict-origin' }).type('html');

const showLink =
  (deps: ApiDeps): RequestHandler =>
  async (req, res) => {
    const person = await peekSignInLink(deps.store.db, secretOf(req), nowOf(deps));
    const known = person === undefined ? undefined : await knownPerson(deps, person);
    if (!known) throw new GantryError('SIGN_IN_LINK_INVALID');
    page(res).send(
      renderSignInLinkPage({
        name: known.person?.name ?? 'the administrator of this machine',
        action: req.path,
      }),
    );
  };

/** A new session each time, so that an id known to somebody before is worth nothing after. */
const useLink =
  (deps: ApiDeps): RequestHandler =>
  async (req, res) => {
    requireSameSite(req, deps.config.publicUrl);
    const now = nowOf(deps);
    const person = await useSignInLink(deps.store.db, secretOf(req), now);
    if (person === undefined || !(await knownPerson(deps, person)))
      throw new GantryError('SIGN_IN_LINK_INVALID');
    const before = await sessionBehind(deps, req);
    if (before) await endSession(deps.store.db, before.hash);
    setSessionCookie(res, deps.config.publicUrl, await startSession(deps.store.db, person, now));
    res.set('Cache-Control', 'no-store').redirect(303, '/');
  };

const signOut =
  (deps: ApiDeps): RequestHandler =>
  async (_req, res) => {
    const { session } = requireCaller(res);
    if (session) await endSession(deps.store.db, session.hash);
    clearSessionCookie(res, deps.config.publicUrl);
    res.set('Cache-Control', 'no-store').redirect(303, '/sign-in');
  };

const secretOf = (req: Request): string => String(req.params['secret']);
