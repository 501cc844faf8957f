import type { Request, Response } from 'express';
import { sessionLifeMs } from '../../platform/record/sessions.ts';

/** Over plain http a browser keeps no `__Host-` cookie, so local use has another name (trust §4.3). */
const cookieName = (publicUrl: string): string => (isSecure(publicUrl) ? '__Host-gantry' : 'gantry');
const isSecure = (publicUrl: string): boolean => publicUrl.startsWith('https:');

const options = (publicUrl: string) =>
  ({ httpOnly: true, sameSite: 'lax', secure: isSecure(publicUrl), path: '/' }) as const;

export function setSessionCookie(res: Response, publicUrl: string, id: string): void {
  res.cookie(cookieName(publicUrl), id, { ...options(publicUrl), maxAge: sessionLifeMs });
}

export function clearSessionCookie(res: Response, publicUrl: string): void {
  res.clearCookie(cookieName(publicUrl), options(publicUrl));
}

/** The id in the cookie, if it looks like one of ours. */
export function readSessionCookie(req: Request, publicUrl: string): string | undefined {
  const prefix = `${cookieName(publicUrl)}=`;
  const found = (req.get('cookie') ?? '').split(/;\s*/).find((pair) => pair.startsWith(prefix));
  const id = found?.slice(prefix.length);
  return id !== undefined && /^[A-Za-z0-9_-]{43}$/.test(id) ? id : undefined;
}
