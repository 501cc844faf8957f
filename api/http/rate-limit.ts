import { ipKeyGenerator, rateLimit } from 'express-rate-limit';
import type { Request, RequestHandler } from 'express';
import { GantryError } from '../../platform/errors.ts';
import { sha256 } from '../../platform/ids.ts';

/** At most `limit` requests in a minute of one token, or of one address where there is none; said in draft-8 headers. */
export function perMinute(name: string, limit: number): RequestHandler {
  return rateLimit({
    windowMs: 60_000,
    limit,
    identifier: name,
    standardHeaders: 'draft-8',
    legacyHeaders: false,
    keyGenerator: whoAsks,
    handler: () => {
      throw new GantryError('RATE_LIMITED', { detail: `at most ${limit} in a minute` });
    },
  });
}

/** The token is hashed: a key in memory is no place for a secret. */
function whoAsks(req: Request): string {
  const token = req.get('authorization');
  return token === undefined ? ipKeyGenerator(req.ip ?? '') : sha256(token);
}
