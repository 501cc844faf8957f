import { z } from 'zod';
import { parseDuration } from './duration.ts';

/** A name that may stand in addresses, file names, argument lists and workflow ids. */
export const IdSchema = z
  .string()
  .regex(/^[a-z0-9][a-z0-9._-]{0,62}$/, 'must be lower-case letters, digits, "-", "_" or ".", at most 63, beginning with a letter or digit');

/** `5m`, `1h30m`, `3d`, or ISO 8601 such as `PT5M`. */
export const DurationSchema = z
  .string()
  .refine((text) => parseDuration(text) !== undefined, 'is not a duration: write 30s, 5m, 1h30m, 3d or PT5M');

/** An IANA zone name such as Europe/Berlin, or UTC. Offsets and abbreviations are refused: they know no clock change. */
export const ZoneSchema = z.string().refine(isZone, 'is not a time zone: write an IANA name such as Europe/Berlin, or UTC');

/** What may stand for a version, ref or other value in an argument of a command (trust §5.4). */
export const ArgumentValueSchema = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9._+@:/-]{0,255}$/, 'has characters that are not safe in a command: use letters, digits and . _ + @ : / -')
  .refine((text) => !text.includes('..'), 'must not contain ".."');

function isZone(name: string): boolean {
  if (name !== 'UTC' && !/^[A-Z][A-Za-z_]+(\/[A-Za-z0-9_+-]+)+$/.test(name)) return false;
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return true;
  } catch {
    return false;
  }
}
