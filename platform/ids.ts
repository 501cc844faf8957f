import { createHash } from 'node:crypto';
import { uuidv7 } from 'uuidv7';

/** A new id that sorts by time: `rel_01890a5d…` (prefix, underscore, 32 hexadecimal digits of a UUIDv7). */
export const newId = (prefix: 'rel' | 'dec' | 'req' | 'cmd' | 'tok' | 'res' | 'inst'): string =>
  `${prefix}_${uuidv7().replaceAll('-', '')}`;

/**
 * Key of one effect in the outside world: release, stage, component and step, never the attempt, so that a repeated
 * attempt joins the first (design §8).
 */
export const operationId = (o: {
  releaseId: string;
  environment: string;
  service: string;
  kind: 'apply' | 'undo';
  step: number;
}): string => `${o.releaseId}.${o.environment}.${o.service}.${o.kind}.${o.step}`;

/** SHA-256 as lower-case hexadecimal. */
export const sha256 = (text: string | Uint8Array): string => createHash('sha256').update(text).digest('hex');
