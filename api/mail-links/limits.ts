import { ipKeyGenerator, rateLimit } from 'express-rate-limit';
import type { Request, RequestHandler, Response } from 'express';

const refuse = (_req: Request, res: Response): void => {
  res
    .status(429)
    .type('text/plain')
    .send('Too many requests. Nothing has happened. Try again in a minute.\n');
};
const common = {
  windowMs: 60_000,
  standardHeaders: 'draft-8',
  legacyHeaders: false,
  handler: refuse,
} as const;

/** Guessing: 10 tokens that are not ours, in a minute, from one address (trust §1.4). */
export const unknownTokens = (): RequestHandler =>
  rateLimit({
    ...common,
    limit: 10,
    identifier: 'unknown-links',
    keyGenerator: (req) => ipKeyGenerator(req.ip ?? ''),
  });

/** 30 forms in a minute through one link, from wherever they come. */
export const formsThrough = (jtiOf: (req: Request) => string): RequestHandler =>
  rateLimit({ ...common, limit: 30, identifier: 'link-forms', keyGenerator: jtiOf });
