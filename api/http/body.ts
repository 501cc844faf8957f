import express, { type RequestHandler } from 'express';
import { GantryError } from '../../platform/errors.ts';

const maxDepth = 20;

/** Reads bodies within the limits of trust §5.5: JSON 256 KiB and 20 levels, forms 16 KiB, and no key that reaches a prototype. */
export const bodies: RequestHandler[] = [
  express.json({ limit: '256kb', type: ['application/json', 'application/*+json'] }),
  express.urlencoded({ limit: '16kb', extended: false, parameterLimit: 100 }),
  (req, _res, next) => {
    refuseHostileShape(req.body);
    next();
  },
];

/** @throws REQUEST_MALFORMED. Walks with a list of its own: a recursion as deep as the input could be made to overflow. */
export function refuseHostileShape(body: unknown): void {
  const left: [unknown, number][] = [[body, 1]];
  for (let next = left.pop(); next; next = left.pop()) {
    const [value, depth] = next;
    if (typeof value !== 'object' || value === null) continue;
    if (depth > maxDepth)
      throw new GantryError('REQUEST_MALFORMED', {
        detail: `The body is nested more than ${maxDepth} levels deep`,
      });
    for (const [key, inner] of Object.entries(value)) {
      if (key === '__proto__' || key === 'constructor' || key === 'prototype') {
        throw new GantryError('REQUEST_MALFORMED', {
          detail: `The body has a key "${key}", which no request may have`,
        });
      }
      left.push([inner, depth + 1]);
    }
  }
}
