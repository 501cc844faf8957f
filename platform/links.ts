import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import type { Secrets } from './secrets.ts';

/** What a link lets its holder do. Each purpose has its own key and label, so that no token passes for another. */
export type LinkPurpose = 'approval' | 'withdraw';

/** What a token is made of. `jti` is 32 hexadecimal digits, `requestId` a UUID, `expiresAt` RFC 3339. */
export interface LinkClaim {
  purpose: LinkPurpose;
  jti: string;
  requestId: string;
  person: string;
  expiresAt: string;
}

/** What an authentic token says. It may be past its time: then its page shows a state, never a form. */
export interface LinkContent {
  jti: string;
  requestId: string;
  /** First 16 bytes of SHA-256 of the person's id, hexadecimal; compare with `personHash`. */
  personHash: string;
  expiresAt: string;
}

const shape = /^v1\.([a-z0-9]{1,8})\.([A-Za-z0-9_-]{72})\.([A-Za-z0-9_-]{43})$/;

/** Signs `v1.{kid}.{payload}.{mac}` with the current key (trust §1.1). */
export function signLink(secrets: Secrets, claim: LinkClaim): string {
  const payload = Buffer.concat([
    Buffer.from(claim.jti, 'hex'),
    Buffer.from(claim.requestId.replaceAll('-', ''), 'hex'),
    Buffer.from(personHash(claim.person), 'hex'),
    expiryBytes(claim.expiresAt),
  ]);
  if (payload.length !== 54)
    throw new RangeError('A link needs a jti of 32 hexadecimal digits and a UUID as request id');
  const text = payload.toString('base64url');
  const kid = secrets.currentKid;
  return `v1.${kid}.${text}.${mac(secrets, claim.purpose, kid, text).toString('base64url')}`;
}

/** Reads a token that we signed for this purpose; anything else is undefined. Needs no database and about 5 µs. */
export function readLink(secrets: Secrets, purpose: LinkPurpose, token: string): LinkContent | undefined {
  const [, kid, text, signature] = shape.exec(token) ?? [];
  if (kid === undefined || text === undefined || signature === undefined || !secrets.kids.includes(kid))
    return undefined;
  const given = Buffer.from(signature, 'base64url');
  const expected = mac(secrets, purpose, kid, text);
  if (given.length !== expected.length || !timingSafeEqual(given, expected)) return undefined;
  const payload = Buffer.from(text, 'base64url');
  // Four last characters decode to the same bytes: without this a changed token would still be accepted.
  if (given.toString('base64url') !== signature || payload.toString('base64url') !== text) return undefined;
  return {
    jti: payload.toString('hex', 0, 16),
    requestId: uuid(payload.toString('hex', 16, 32)),
    personHash: payload.toString('hex', 32, 48),
    expiresAt: new Date(payload.readUIntBE(48, 6) * 1000).toISOString(),
  };
}

/** How a token names its person: the id itself stays out of the address. */
export const personHash = (person: string): string =>
  createHash('sha256').update(person).digest('hex').slice(0, 32);

/** How logs name a link: the token is never written down. */
export const linkForLog = (jti: string): string => `/a/${jti.slice(0, 8)}`;

const mac = (secrets: Secrets, purpose: LinkPurpose, kid: string, payload: string): Buffer =>
  createHmac('sha256', secrets.key(`${purpose}-link`, kid))
    .update(`gantry/${purpose}-link/v1\n${kid}\n${payload}`, 'ascii')
    .digest();

function expiryBytes(expiresAt: string): Buffer {
  const seconds = Math.floor(Date.parse(expiresAt) / 1000);
  if (!Number.isInteger(seconds)) throw new RangeError('A link needs an instant at which it expires');
  const bytes = Buffer.alloc(6);
  bytes.writeUIntBE(seconds, 0, 6);
  return bytes;
}

const uuid = (hex: string): string =>
  `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
