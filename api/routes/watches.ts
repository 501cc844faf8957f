import { healths, watchResults } from '../../domain/watch/health.ts';
import { remediesOf, watchesOf } from '../../platform/record/watches.ts';
import { route } from '../http/route.ts';
import { InstantSchema, releaseParams, z } from './common.schema.ts';
import { releaseOf } from './release-of.ts';

const WatchSchema = z
  .object({
    releaseId: z.string(),
    environment: z.string(),
    service: z.string(),
    version: z.string(),
    health: z.enum(healths).describe('How it stands after two equal looks.'),
    result: z.enum(watchResults).optional().describe('How the watch ended. Left out: it goes on.'),
    because: z.string().describe('What the last look said.'),
    exposedAt: InstantSchema.describe('When all traffic went to it.'),
    until: InstantSchema,
    looks: z.number().int().describe('Looks that counted.'),
    metrics: z
      .array(z.looseObject({ id: z.string(), phase: z.string(), because: z.string() }))
      .describe('Each metric at the last look.'),
    updatedAt: InstantSchema,
  })
  .openapi('Watch');

const WatchListSchema = z
  .object({
    items: z.array(WatchSchema),
    remedies: z
      .array(z.object({ id: z.string(), headline: z.string(), state: z.string(), updatedAt: InstantSchema }))
      .describe(
        'Releases that are or were to make this one good, oldest first: only one that succeeded has.',
      ),
  })
  .openapi('WatchList');

const watches = route({
  method: 'get',
  path: '/v1/releases/{id}/watches',
  action: 'release.read',
  summary:
    'What is looked at after the end of a release, how it stands, and what was released to make it good.',
  params: releaseParams,
  answer: {
    status: 200,
    description: 'One for each component and environment that is or was watched; none is no mistake.',
    schema: WatchListSchema,
  },
  problems: ['NOT_FOUND', 'AMBIGUOUS_ID'],
  subject: releaseOf,
  async handle({ deps }, view) {
    const { db } = deps.store;
    const [items, remedies] = await Promise.all([watchesOf(db, view.id), remediesOf(db, view.id)]);
    return { body: { items, remedies } };
  },
});

export const watchRoutes = [watches];
