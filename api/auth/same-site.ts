import type { Request } from 'express';
import { GantryError } from '../../platform/errors.ts';
import { isLoopbackName } from '../http/host.ts';

/**
 * Proof that a form was sent by our own page (trust §1.4): what the browser says of its origin must be us, and a request that
 * says nothing at all is refused. @throws ORIGIN_REFUSED
 */
export function requireSameSite(req: Request, publicUrl: string): void {
  const site = req.get('sec-fetch-site');
  const origin = req.get('origin');
  if (site === undefined && origin === undefined)
    throw new GantryError('ORIGIN_REFUSED', { origin: 'nothing' });
  if (site !== undefined && site !== 'same-origin')
    throw new GantryError('ORIGIN_REFUSED', { origin: origin ?? site });
  if (origin !== undefined && !isOurs(origin, req.get('host') ?? '', publicUrl))
    throw new GantryError('ORIGIN_REFUSED', { origin });
}

/** People on this machine may have typed localhost where PUBLIC_URL says 127.0.0.1. */
const isOurs = (origin: string, host: string, publicUrl: string): boolean =>
  origin === new URL(publicUrl).origin || (isLoopbackName(host) && origin === `http://${host}`);
