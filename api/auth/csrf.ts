import { createHmac, timingSafeEqual } from 'node:crypto';
import type { Request } from 'express';
import { GantryError } from '../../platform/errors.ts';
import type { Secrets } from '../../platform/secrets.ts';

/** Name of the form field; a script sends the same in the header `X-CSRF-Token`. */
export const csrfField = 'csrf';

/** The token that every form of a session carries. It is derived, so nothing is stored. */
export const csrfToken = (secrets: Secrets, sessionHash: string, kid?: string): string =>
  createHmac('sha256', secrets.key('csrf', kid)).update(sessionHash).digest('base64url');

/** @throws ORIGIN_REFUSED when a request that changes something does not carry the token of its session. */
export function requireCsrfToken(req: Request, secrets: Secrets, sessionHash: string): void {
  const given = Buffer.from(req.get('x-csrf-token') ?? fieldOf(req.body) ?? '');
  const isValid = secrets.kids.some((kid) => {
    const right = Buffer.from(csrfToken(secrets, sessionHash, kid));
    return given.length === right.length && timingSafeEqual(given, right);
  });
  if (!isValid) throw new GantryError('ORIGIN_REFUSED', { origin: 'a form without its token' });
}

function fieldOf(body: unknown): string | undefined {
  const field: unknown = typeof body === 'object' && body !== null ? Reflect.get(body, csrfField) : undefined;
  return typeof field === 'string' ? field : undefined;
}
