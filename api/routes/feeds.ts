import { IdSchema } from '../../domain/policy/common.schema.ts';
import { GantryError } from '../../platform/errors.ts';
import {
  createFeed,
  feedById,
  listFeeds,
  revokeFeed,
  type FeedRecord,
} from '../../platform/record/calendar/feeds.ts';
import type { Caller } from '../auth/caller.ts';
import { nowOf } from '../deps.ts';
import { route } from '../http/route.ts';
import { z } from './common.schema.ts';

const FeedSchema = z
  .looseObject({
    id: z.string(),
    name: z.string(),
    person: z.string(),
    services: z.array(z.string()),
    environments: z.array(z.string()),
    url: z
      .string()
      .optional()
      .describe('Only in the answer that created it: whoever has it can read the calendar.'),
  })
  .openapi('CalendarFeed');

const ownerOf = ({ actor, person }: Caller): string => person?.id ?? actor.person ?? actor.id;

const list = route({
  method: 'get',
  path: '/v1/calendar/feeds',
  action: 'calendar.read',
  summary: 'Your calendar feeds, newest first, revoked ones, too.',
  answer: {
    status: 200,
    description: 'Feeds, without their addresses.',
    schema: z.object({ items: z.array(FeedSchema) }),
  },
  async handle({ deps, caller }) {
    return { body: { items: await listFeeds(deps.store.db, ownerOf(caller)) } };
  },
});

const create = route({
  method: 'post',
  path: '/v1/calendar/feeds',
  action: 'feed.make',
  summary: 'Make an address under which a calendar program reads the calendar. It is shown once.',
  body: z.strictObject({
    name: z.string().trim().min(1).max(80),
    services: z.array(IdSchema).max(100).default([]),
    environments: z.array(IdSchema).max(100).default([]),
  }),
  example: { name: 'Releases of the shop', services: ['shop'] },
  answer: { status: 201, description: 'The feed, with its address.', schema: FeedSchema },
  // Without services it shows all of them.
  subject: async ({ body }) => ({
    object: body.services.length === 0 ? {} : { services: body.services },
    value: undefined,
  }),
  async handle({ deps, caller, body, requestId }) {
    const { token, feed } = await createFeed(deps.store.db, {
      ...body,
      person: ownerOf(caller),
      by: caller.actor,
      at: nowOf(deps).toISOString(),
      requestId,
    });
    return { body: { ...feed, url: `${deps.config.publicUrl}/calendar/${token}.ics` } };
  },
});

const revoke = route({
  method: 'delete',
  path: '/v1/calendar/feeds/{id}',
  action: 'feed.revoke',
  summary: 'End a feed of yours: its address answers no more.',
  params: z.strictObject({ id: z.string().min(1).max(64) }),
  answer: { status: 200, description: 'The feed, revoked.', schema: FeedSchema },
  problems: ['NOT_FOUND'],
  async handle({ deps, caller, params: { id }, requestId }) {
    const known = await feedById(deps.store.db, id);
    // Somebody else's feed is as unknown as none.
    if (known?.person !== ownerOf(caller)) throw new GantryError('NOT_FOUND', { what: 'feed', id });
    await revokeFeed(deps.store.db, { id, by: caller.actor, at: nowOf(deps).toISOString(), requestId });
    return { body: (await feedById(deps.store.db, id)) as FeedRecord };
  },
});

export const feedRoutes = [list, create, revoke];
