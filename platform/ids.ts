import { createHash } from 'node:crypto';
import { uuidv7 } from 'uuidv7';

/** A new id that sorts by time: `rel_01890a5d…` (prefix, underscore, 32 hexadecimal digits of a UUIDv7). */
export const newId = (
  prefix:
    | 'rel'
    | 'dec'
    | 'req'
    | 'cmd'
    | 'tok'
    | 'res'
    | 'inst'
    | 'win'
    | 'frz'
    | 'ovr'
    | 'qua'
    | 'inc'
    | 'msg'
    | 'rsv'
    | 'feed'
    | 'abs',
): string => `${prefix}_${uuidv7().replaceAll('-', '')}`;

/** SHA-256 as lower-case hexadecimal. */
export const sha256 = (text: string | Uint8Array): string => createHash('sha256').update(text).digest('hex');
