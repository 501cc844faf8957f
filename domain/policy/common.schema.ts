import { z } from 'zod';
import { ARGUMENT_PATTERN } from './argument.ts';
import { parseDuration } from './duration.ts';
import { isZone } from './zone.ts';

// Every message reads "<what is wrong>: <what to write>", so that `validate.ts` can show the two apart.

/** A name that may stand in addresses, file names, argument lists and workflow ids. */
export const IdSchema = z
  .string()
  .regex(
    /^[a-z0-9][a-z0-9._-]{0,62}$/,
    'is not a name: use lower-case letters, digits, "-", "_" or ".", at most 63 of them, beginning with a letter or digit',
  );

/** `5m`, `1h30m`, `3d`, or ISO 8601 such as `PT5M`. */
export const DurationSchema = z.string().refine((text) => parseDuration(text) !== undefined, {
  error: 'is not a duration: write 30s, 5m, 1h30m, 3d or PT5M',
  params: { problem: 'POLICY_DURATION_INVALID' },
});

/** A duration that may not be zero: a time limit, or the time between two measurements. */
export const PositiveDurationSchema = DurationSchema.refine((text) => parseDuration(text) !== 0, {
  error: 'is no time at all: write at least 1s',
  params: { problem: 'POLICY_DURATION_INVALID' },
});

/** An IANA zone name such as Europe/Berlin, or UTC. Offsets and abbreviations are refused: they know no clock change. */
export const ZoneSchema = z.string().refine(isZone, {
  error: 'is not a time zone: write an IANA name such as Europe/Berlin, or UTC',
  params: { problem: 'POLICY_ZONE_UNKNOWN' },
});

/** Name of an environment variable. */
export const VariableNameSchema = z
  .string()
  .regex(
    /^[A-Za-z_][A-Za-z0-9_]*$/,
    'is not the name of a variable: use letters, digits and "_", beginning with a letter, such as DEPLOY_TOKEN',
  );

/** What may stand for a version, ref or other value in an argument of a command (trust §5.4). */
export const ArgumentValueSchema = z
  .string()
  .regex(
    ARGUMENT_PATTERN,
    'has characters that are not safe in a command: use letters, digits and . _ + @ : / -',
  )
  .refine((text) => !text.includes('..'), 'contains "..": write the value without it');
