import express, { type RequestHandler } from 'express';
import { GantryError } from '../../platform/errors.ts';

const maxDepth = 20;

/**
 * Reads bodies within the limits of trust §5.5: JSON 256 KiB and 20 levels, forms 32 KiB, and no key that reaches a
 * prototype. The longest comment of a form, 2,000 characters, takes nine bytes for each in most scripts of Asia.
 */
export const bodies: RequestHandler[] = [
  express.json({ limit: '256kb', type: ['application/json', 'application/*+json'] }),
  express.urlencoded({ limit: '32kb', extended: false, parameterLimit: 100 }),
  (req, _res, next) => {
    if (req.url.includes('%00')) throw malformed('Its address has characters that are no text');
    refuseHostileShape(req.body);
    next();
  },
];

/** Refuses every body that is no form. @throws MEDIA_TYPE_UNSUPPORTED */
export const formsOnly: RequestHandler = (req, _res, next) => {
  if (!req.is('application/x-www-form-urlencoded'))
    throw new GantryError('MEDIA_TYPE_UNSUPPORTED', { type: req.get('Content-Type') ?? '' });
  next();
};

/** @throws REQUEST_MALFORMED. Walks with a list of its own: a recursion as deep as the input could be made to overflow. */
export function refuseHostileShape(body: unknown): void {
  const left: [unknown, number][] = [[body, 1]];
  for (let next = left.pop(); next; next = left.pop()) {
    const [value, depth] = next;
    if (typeof value === 'string') refuseUnstorable(value);
    if (typeof value !== 'object' || value === null) continue;
    if (depth > maxDepth) throw malformed(`It is nested more than ${maxDepth} levels deep`);
    for (const [key, inner] of Object.entries(value)) {
      if (prototypeKeys.has(key)) throw malformed(`It has a key "${key}", which no request may have`);
      refuseUnstorable(key);
      left.push([inner, depth + 1]);
    }
  }
}

const prototypeKeys = new Set(['__proto__', 'constructor', 'prototype']);

/** PostgreSQL keeps neither a NUL nor half of a surrogate pair; both would fail there, late, as if it were our defect. */
function refuseUnstorable(text: string): void {
  if (/\0|\p{Surrogate}/u.test(text)) throw malformed('It has characters that are no text');
}

const malformed = (detail: string): GantryError => new GantryError('REQUEST_MALFORMED', { detail });
