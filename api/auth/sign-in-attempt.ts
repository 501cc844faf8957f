import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import type { SignInSecrets } from '../../platform/oidc.ts';
import type { Secrets } from '../../platform/secrets.ts';

/** How long a sign-in may be under way at the provider. */
export const attemptMs = 10 * 60_000;

/**
 * A sign-in under way. Only the browser that began it holds this, so nothing is stored before somebody has come back, and no
 * other browser can finish it. State, nonce and verifier are derived from the seed with a key of ours.
 */
export interface SignInAttempt {
  seed: string;
  /** Path of ours that is shown afterwards. */
  returnTo: string;
  /** The provider was told to ask again who it is. */
  fresh: boolean;
  startedAt: string;
}

const shape = /^([a-z0-9]{1,8})\.([A-Za-z0-9_-]{1,4000})\.([A-Za-z0-9_-]{43})$/;

export const newAttempt = (of: Omit<SignInAttempt, 'seed'>): SignInAttempt => ({
  seed: randomBytes(32).toString('base64url'),
  ...of,
});

/** What the cookie holds: the attempt, signed. */
export function sealAttempt(secrets: Secrets, attempt: SignInAttempt): string {
  const kid = secrets.currentKid;
  const text = Buffer.from(JSON.stringify(attempt)).toString('base64url');
  return `${kid}.${text}.${seal(secrets, kid, text)}`;
}

/** The attempt of a cookie that we sealed and that is not over; anything else is undefined. */
export function openAttempt(
  secrets: Secrets,
  cookie: string,
  now: Date,
): (SignInAttempt & { kid: string }) | undefined {
  const [, kid, text, signature] = shape.exec(cookie) ?? [];
  if (kid === undefined || text === undefined || signature === undefined || !secrets.kids.includes(kid))
    return undefined;
  const [given, right] = [Buffer.from(signature), Buffer.from(seal(secrets, kid, text))];
  if (given.length !== right.length || !timingSafeEqual(given, right)) return undefined;
  const attempt = JSON.parse(Buffer.from(text, 'base64url').toString()) as SignInAttempt;
  const age = now.getTime() - Date.parse(attempt.startedAt);
  return age >= 0 && age <= attemptMs ? { ...attempt, kid } : undefined;
}

export function secretsOf(
  secrets: Secrets,
  { seed }: SignInAttempt,
  kid = secrets.currentKid,
): SignInSecrets {
  const derived = (what: string): string =>
    createHmac('sha256', secrets.key('sign-in-attempt', kid)).update(`${what}\n${seed}`).digest('base64url');
  return { state: derived('state'), nonce: derived('nonce'), verifier: derived('verifier') };
}

const seal = (secrets: Secrets, kid: string, text: string): string =>
  createHmac('sha256', secrets.key('sign-in-cookie', kid)).update(text).digest('base64url');
