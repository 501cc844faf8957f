import { askedLevel } from '../../domain/gates/approvals/asked-level.ts';
import type { Assurance } from '../../domain/gates/approvals/assurance.ts';
import { GantryError } from '../../platform/errors.ts';
import { liveCode } from '../../platform/record/approval-codes.ts';
import type { Session } from '../../platform/record/sessions.ts';
import { sessionBehind } from '../auth/authenticate.ts';
import { csrfToken, requireCsrfToken } from '../auth/csrf.ts';
import { isFresh } from '../auth/level.ts';
import { providerSignIn } from '../auth/oidc-sign-in.ts';
import type { LinkCall } from './link-call.ts';

/** What stands between the holder of a link and the form, beside the link itself (trust §1.7). */
export type Proof =
  | { kind: 'link' }
  /** The form asks for a code; `goodUntil` is left out while none is under way. */
  | { kind: 'code'; goodUntil?: string }
  /** Signed in as the approver, freshly where that is asked for. */
  | { kind: 'session'; session: Session; csrf: string; meaning: boolean }
  /** The person must sign in first: the address is a plain link that leads back to this page. */
  | { kind: 'signIn'; because: string; address: string }
  | { kind: 'otherPerson'; as: string; address: string }
  | { kind: 'noProvider' };

/** What the decision of this link's person must be proven with. */
export const levelAsked = ({ link: { request, personId } }: Pick<LinkCall, 'link'>): Assurance =>
  askedLevel(request.plan, personId);

/** How far the proof has got in this browser. Only where a session is asked for are cookies looked at. */
export async function proofOf(call: LinkCall): Promise<Proof> {
  const { deps, link, now, req } = call;
  const level = levelAsked(call);
  if (level === 'link') return { kind: 'link' };
  if (level === 'link+code') {
    const goodUntil = await liveCode(deps.store.db, link.jti, now);
    return { kind: 'code', ...(goodUntil === undefined ? {} : { goodUntil }) };
  }
  if (!deps.provider) return { kind: 'noProvider' };
  const returnTo = req.path.startsWith('/w/') ? `/w/${link.token}` : `/a/${link.token}`;
  const session = await sessionBehind(deps, req);
  const signIn = (because: string, fresh: boolean): Proof => ({
    kind: 'signIn',
    because,
    address: providerSignIn({ returnTo, fresh }),
  });
  if (!session) return signIn('Nobody is signed in in this browser.', level === 'reauth');
  if (session.person !== link.personId)
    return { kind: 'otherPerson', as: session.person, address: providerSignIn({ returnTo, fresh: true }) };
  if (session.method !== 'oidc')
    return signIn(
      'You are signed in with a one-time link, which proves too little here.',
      level === 'reauth',
    );
  if (level === 'reauth' && !isFresh(session, now))
    return signIn('Your last sign-in is more than five minutes ago.', true);
  const csrf = csrfToken(deps.secrets, session.hash);
  return { kind: 'session', session, csrf, meaning: level === 'reauth' };
}

/**
 * The level that a sent form has reached. Where a session proves it, the form must carry the token of that session.
 * @throws ORIGIN_REFUSED, and APPROVAL_ASSURANCE_LOW where something is still missing
 */
export function provenLevel({ deps, req }: LinkCall, proof: Proof): Assurance {
  switch (proof.kind) {
    case 'link':
      return 'link';
    case 'code':
      return 'link+code';
    case 'session':
      requireCsrfToken(req, deps.secrets, proof.session.hash);
      return proof.meaning ? 'reauth' : 'login';
    default:
      throw new GantryError('APPROVAL_ASSURANCE_LOW');
  }
}
