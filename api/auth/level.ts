import { suffices, type Assurance, type Meaning } from '../../domain/gates/approvals/assurance.ts';
import { GantryError } from '../../platform/errors.ts';
import type { Session } from '../../platform/record/sessions.ts';

/** How long a sign-in is fresh enough to sign a decision with. */
export const freshMs = 5 * 60_000;

/** What a session has proven. A one-time link is handed over by an administrator: that is worth no more than a mailed one. */
type Proof = Partial<Pick<Session, 'method' | 'authenticatedAt'>>;

/** Whether the person has proven to the provider who they are, within the last five minutes. */
export function isFresh({ method, authenticatedAt }: Proof, now: Date): boolean {
  if (method !== 'oidc' || authenticatedAt === undefined) return false;
  const age = now.getTime() - Date.parse(authenticatedAt);
  return age >= 0 && age < freshMs;
}

/**
 * The level of a decision (trust §1.7). A token, and whoever has no session, is worth the weakest; a fresh sign-in is a signature
 * only together with what it means.
 */
export function levelOf(session: Proof | undefined, meaning: Meaning | undefined, now: Date): Assurance {
  if (session?.method !== 'oidc') return 'link';
  return meaning !== undefined && isFresh(session, now) ? 'reauth' : 'login';
}

/** @throws APPROVAL_ASSURANCE_LOW with what is asked for and what was proven */
export function requireLevel(given: Assurance, asked: Assurance): void {
  if (suffices(given, asked)) return;
  throw tooLow(given, asked);
}

const tooLow = (given: Assurance, asked: Assurance): GantryError =>
  new GantryError('APPROVAL_ASSURANCE_LOW', {
    detail: `it asks for ${inWords[asked]}, and this decision came by ${inWords[given]}`,
  });

/** What a vote is taken back with: the sign-in that it asked for, though not a code again, nor a fresh one. */
export const levelToWithdraw = (asked: Assurance): Assurance => (suffices(asked, 'login') ? 'login' : 'link');

/** Why a vote may not be taken back with what was proven; undefined where it may. */
export function whyNotWithdrawn(asked: Assurance, given: Assurance): string | undefined {
  const needed = levelToWithdraw(asked);
  return suffices(given, needed) ? undefined : tooLow(given, needed).problem.detail;
}

/** How people are told of a level. */
export const inWords: Record<Assurance, string> = {
  link: 'a link, a token or a session of a one-time link',
  'link+code': 'the link in the mail and a code besides',
  login: 'a sign-in at the provider',
  reauth: 'a sign-in of the last five minutes, with what the decision means',
};
