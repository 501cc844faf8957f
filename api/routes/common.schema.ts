import { z } from 'zod';
import { extendZodWithOpenApi } from '@asteasolutions/zod-to-openapi';
import { withoutControls } from '../../platform/plain-text.ts';

// Every schema of the API imports this file, so that each may be named and described for OpenAPI.
extendZodWithOpenApi(z);

export { z };

export const InstantSchema = z.iso.datetime().describe('RFC 3339, UTC.');

const [earliest, latest] = [Date.parse('1970-01-01T00:00:00Z'), Date.parse('2200-01-01T00:00:00Z')];

/** Whether an instant lies in the years that zones are known for, and that every part can reckon with. */
export const isInKnownYears = (text: string): boolean =>
  Date.parse(text) >= earliest && Date.parse(text) < latest;
export const outsideKnownYears = 'is not between 1970 and 2200';

/** An instant that people plan with. */
export const PlannedInstantSchema = z.iso
  .datetime()
  .refine(isInKnownYears, outsideKnownYears)
  .describe('RFC 3339, UTC.');

/** `limit` and `cursor` of every list. */
export const pageQuery = {
  limit: z.coerce.number().int().min(1).max(200).default(50).describe('How many, at most 200.'),
  cursor: z.string().min(1).max(400).optional().describe('`next` of the page before.'),
};

/** Words of people for people; what a terminal or a page would obey instead of show is left out. */
export const ReasonSchema = z
  .string()
  .trim()
  .min(1, { abort: true })
  .max(2_000)
  .overwrite(withoutControls)
  .refine((text) => text.trim() !== '', 'has nothing in it that can be shown')
  .describe('Why, for everybody who reads the record.');

export const releaseParams = z.strictObject({
  id: z
    .string()
    .min(1)
    .max(300)
    .describe('Id of the release, a unique beginning of it, or `shop@1.4.0` (its newest attempt).'),
});

/** Beside every answer that mentions people by their ids. */
export const NamesSchema = z
  .record(z.string(), z.string())
  .optional()
  .describe('Names of the people who are mentioned, by id; whoever is left out is called by the id.');

/** What follows from what stands beside a release, a sentence each. */
export const BesideSchema = z
  .array(z.string())
  .describe(
    'What to know before one decides, such as what an ended release has left there. Of a release only where one release is asked for, while it asks and there is such.',
  );

/** Who acted, as it is shown. */
export const ActorSchema = z
  .object({
    id: z.string(),
    kind: z.enum(['person', 'token', 'system', 'engine']),
    person: z.string().optional(),
    assurance: z.enum(['link', 'session', 'token', 'engine']).optional(),
  })
  .openapi('Actor');

export const ProblemSchema = z
  .object({
    type: z.url(),
    code: z.string(),
    title: z.string(),
    status: z.number().int(),
    detail: z.string(),
    remedy: z.string(),
    changed: z.boolean().describe('Whether anything had happened before it failed.'),
    retryable: z.boolean(),
    instance: z.string(),
    requestId: z.string(),
    errors: z
      .array(z.object({ pointer: z.string(), code: z.string(), detail: z.string(), remedy: z.string() }))
      .optional(),
  })
  .openapi('Problem');

/** Which page of a list of entries is asked for: `cursor` is the number of the last one of the page before. */
export const pageOfEntries = {
  limit: pageQuery.limit,
  cursor: z
    .string()
    .regex(/^\d{1,9}$/, 'was not made by this list')
    .optional()
    .describe('`next` of the page before.'),
};
