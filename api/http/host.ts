import type { RequestHandler } from 'express';
import { GantryError } from '../../platform/errors.ts';

/** Whether a Host header names this machine itself, with or without a port. */
export const isLoopbackName = (host: string): boolean =>
  /^(localhost|127\.0\.0\.1|\[::1\])(:\d{1,5})?$/i.test(host);

/** Answers only to our own names, so that a foreign site cannot reach us by pointing its own name here (DNS rebinding). */
export function ownHostOnly(publicUrl: string): RequestHandler {
  const ours = new URL(publicUrl).host;
  return (req, _res, next) => {
    const host = req.get('host') ?? '';
    if (host.toLowerCase() !== ours && !isLoopbackName(host))
      throw new GantryError('HOST_REFUSED', { host: host.slice(0, 255) });
    next();
  };
}
