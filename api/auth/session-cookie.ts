import type { Request, Response } from 'express';
import { attemptMs } from './sign-in-attempt.ts';
import { sessionLifeMs } from '../../platform/record/sessions.ts';

/**
 * Over plain http a browser keeps no `__Host-` cookie, so local use has another name (trust §4.3). A browser tells the ports of a host apart in no
 * cookie: the name does, so that two installations on one machine sign nobody out of each other.
 */
export function cookieName(publicUrl: string): string {
  const { port } = new URL(publicUrl);
  return `${isSecure(publicUrl) ? '__Host-gantry' : 'gantry'}${port === '' ? '' : `-${port}`}`;
}
const isSecure = (publicUrl: string): boolean => publicUrl.startsWith('https:');

const options = (publicUrl: string) =>
  ({ httpOnly: true, sameSite: 'lax', secure: isSecure(publicUrl), path: '/' }) as const;

export function setSessionCookie(res: Response, publicUrl: string, id: string): void {
  res.cookie(cookieName(publicUrl), id, { ...options(publicUrl), maxAge: sessionLifeMs });
}

export function clearSessionCookie(res: Response, publicUrl: string): void {
  res.clearCookie(cookieName(publicUrl), options(publicUrl));
}

/** Holds the sign-in that is under way at the provider: for that browser only, and for that time. */
export function setAttemptCookie(res: Response, publicUrl: string, attempt: string): void {
  res.cookie(attemptName(publicUrl), attempt, { ...options(publicUrl), maxAge: attemptMs });
}

export function clearAttemptCookie(res: Response, publicUrl: string): void {
  res.clearCookie(attemptName(publicUrl), options(publicUrl));
}

export const readAttemptCookie = (req: Request, publicUrl: string): string | undefined =>
  cookie(req, attemptName(publicUrl));

const attemptName = (publicUrl: string): string => `${cookieName(publicUrl)}-sign-in`;

/** Holds a sentence from a form that was done to the page that tells it (`told-cookie.ts`). */
export function setToldCookie(
  res: Response,
  publicUrl: string,
  { value, maxAge }: { value: string; maxAge: number },
): void {
  res.cookie(toldName(publicUrl), value, { ...options(publicUrl), maxAge });
}

export function clearToldCookie(res: Response, publicUrl: string): void {
  res.clearCookie(toldName(publicUrl), options(publicUrl));
}

export const readToldCookie = (req: Request, publicUrl: string): string | undefined =>
  cookie(req, toldName(publicUrl));

const toldName = (publicUrl: string): string => `${cookieName(publicUrl)}-told`;

/** The id in the cookie, if it looks like one of ours. */
export function readSessionCookie(req: Request, publicUrl: string): string | undefined {
  const id = cookie(req, cookieName(publicUrl));
  return id !== undefined && /^[A-Za-z0-9_-]{43}$/.test(id) ? id : undefined;
}

function cookie(req: Request, name: string): string | undefined {
  const prefix = `${name}=`;
  const found = (req.get('cookie') ?? '').split(/;\s*/).find((pair) => pair.startsWith(prefix));
  return found?.slice(prefix.length);
}
