import { z } from 'zod';
import { IdSchema, PositiveDurationSchema, ZoneSchema } from './common.schema.ts';

const LocalStartSchema = z
  .string()
  .regex(
    /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2})?$/,
    'is not a local date and time: write 2026-01-06T14:00, without offset',
  );

const PassengerSchema = z.strictObject({
  service: IdSchema.describe('Service that may ride.'),
  required: z
    .boolean()
    .default(false)
    .describe('Nothing leaves without it until the captain says so; else it takes the next departure.'),
});

/** A recurring departure that takes along whatever is ready. */
export const TrainSchema = z.strictObject({
  id: IdSchema.describe('Name of the train, in addresses and sentences.'),
  name: z.string().min(1).max(120).optional().describe('Name as pages show it. Left out: the id.'),
  captain: IdSchema.describe('Person who decides where a required service is not ready.'),
  departure: z
    .strictObject({
      rrule: z
        .string()
        .min(1)
        .max(400)
        .describe('How it comes again (RFC 5545), such as FREQ=WEEKLY;BYDAY=TU.'),
      start: LocalStartSchema.describe('First local departure, such as 2026-01-06T14:00.'),
      zone: ZoneSchema.optional().describe('Zone of the departures. Left out: the organisation’s.'),
    })
    .describe('When it leaves.'),
  cutoff: PositiveDurationSchema.describe(
    'How long before each departure boarding ends: who is not ready then stays behind.',
  ),
  services: z
    .array(
      z.union([IdSchema, PassengerSchema], {
        error: 'is no service: write its id, or { service: shop, required: true }',
      }),
    )
    .min(1)
    .describe('Who may ride: ids, or `service` with `required`. All of them share one pipeline.'),
  mode: z
    .enum(['lockstep', 'independent'])
    .default('lockstep')
    .describe(
      'What a failure means. lockstep: all who ride are one release, and undone together. independent: each is a release of its own, and others go on unless they depend on it.',
    ),
  to: IdSchema.describe('Environment that it goes to, at the end of the way or on it.'),
});
