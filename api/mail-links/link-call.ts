import type { Request, Response } from 'express';
import type { ApiDeps } from '../deps.ts';
import type { OpenedLink } from './opened-link.ts';

/** What a handler behind a link works with. */
export interface LinkCall {
  deps: ApiDeps;
  link: OpenedLink;
  nonce: string;
  now: Date;
  req: Request;
  res: Response;
}
