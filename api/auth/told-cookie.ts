import { createHmac, timingSafeEqual } from 'node:crypto';
import type { Request, Response } from 'express';
import type { Secrets } from '../../platform/secrets.ts';
import { clearToldCookie, readToldCookie, setToldCookie } from './session-cookie.ts';

/** So long a browser may take from a form that was done to the page that tells of it. */
export const toldMs = 60_000;

/** Browsers keep cookies of 4,096 bytes, name, seal and attributes among them: this much of JSON is 3,600 of base64. */
const mostBytes = 2_700;

/** What there is to say of a form that was done, for one person on one page. */
interface Told {
  text: string;
  /** Path of the page. */
  page: string;
  person: string;
  /** RFC 3339. */
  at: string;
}

interface Where {
  secrets: Secrets;
  publicUrl: string;
  person: string;
  now: Date;
}

const shape = /^([a-z0-9]{1,8})\.([A-Za-z0-9_-]{1,4000})\.([A-Za-z0-9_-]{43})$/;

/**
 * Keeps a sentence for the page that a form leads to, so that a reload of that page sends no form again. Signed, or whoever can set a cookie
 * would put words of theirs into our mouth; in a cookie and not in the address, which ends up in histories and logs.
 */
export function keepTold(res: Response, page: string, text: string, o: Where): void {
  const told = fitting({ text, page, person: o.person, at: o.now.toISOString() });
  const kid = o.secrets.currentKid;
  const body = Buffer.from(JSON.stringify(told)).toString('base64url');
  setToldCookie(res, o.publicUrl, { value: `${kid}.${body}.${seal(o.secrets, kid, body)}`, maxAge: toldMs });
}

/** The sentence that was kept for this page and this person, once; undefined where none was, or what came is not ours. */
export function takeTold(req: Request, res: Response, o: Where): string | undefined {
  const told = opened(readToldCookie(req, o.publicUrl) ?? '', o.secrets);
  if (!told || told.page !== req.path || told.person !== o.person) return undefined;
  clearToldCookie(res, o.publicUrl);
  const age = o.now.getTime() - Date.parse(told.at);
  return age >= 0 && age <= toldMs ? told.text : undefined;
}

function opened(cookie: string, secrets: Secrets): Told | undefined {
  const [, kid, body, signature] = shape.exec(cookie) ?? [];
  if (kid === undefined || body === undefined || signature === undefined || !secrets.kids.includes(kid))
    return undefined;
  const [given, right] = [Buffer.from(signature), Buffer.from(seal(secrets, kid, body))];
  if (given.length !== right.length || !timingSafeEqual(given, right)) return undefined;
  return JSON.parse(Buffer.from(body, 'base64url').toString()) as Told;
}

const seal = (secrets: Secrets, kid: string, body: string): string =>
  createHmac('sha256', secrets.key('told-cookie', kid)).update(body).digest('base64url');

/** The same with as much of the text as a cookie holds, by whole characters: quotes and new lines take more in JSON than by themselves. */
function fitting(told: Told): Told {
  if (encodedBytes(told) <= mostBytes) return told;
  let left = mostBytes - encodedBytes({ ...told, text: '…' });
  let text = '';
  for (const character of told.text) {
    left -= encodedBytes(character) - encodedBytes('');
    if (left < 0) break;
    text += character;
  }
  return { ...told, text: `${text}…` };
}

const encodedBytes = (value: Told | string): number => Buffer.byteLength(JSON.stringify(value));
