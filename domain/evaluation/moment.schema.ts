import { z } from 'zod';

const [earliest, latest] = [Date.parse('1970-01-01T00:00:00Z'), Date.parse('2200-01-01T00:00:00Z')];

/** An instant with Z or any offset; handed on in UTC, always written alike. */
export const MomentSchema = z.iso
  .datetime({ offset: true, abort: true, error: 'is not an instant: write one such as 2026-06-01T09:00:00Z' })
  .refine(
    (text) => Date.parse(text) >= earliest && Date.parse(text) < latest,
    'is not between 1970 and 2200: write another year',
  )
  .transform((text) => new Date(text).toISOString());

export const NameSchema = z.string().min(1).max(200);
export const SentenceSchema = z.string().min(1).max(2_000);
