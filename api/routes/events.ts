import { GantryError } from '../../platform/errors.ts';
import { scannedLinks } from '../../platform/record/scanned-links.ts';
import { timeline } from '../../platform/record/releases.ts';
import { route } from '../http/route.ts';
import { pageOfEntries, releaseParams, z } from './common.schema.ts';
import { nextLink } from './lists.ts';
import { TimelineSchema } from './release.schema.ts';
import { releaseOf } from './release-of.ts';

const EventsQuery = z.strictObject({
  ...pageOfEntries,
});

const events = route({
  method: 'get',
  path: '/v1/releases/{id}/events',
  action: 'release.read',
  summary:
    'The timeline, oldest first; with Accept: text/event-stream, as it happens. Last-Event-ID resumes it without a gap.',
  params: releaseParams,
  query: EventsQuery,
  answer: { status: 200, description: 'One page of the timeline.', schema: TimelineSchema },
  problems: ['NOT_FOUND', 'AMBIGUOUS_ID'],
  subject: releaseOf,
  async handle({ deps, caller, query, req, res }, view) {
    if (req.accepts(['json', 'text/event-stream']) === 'text/event-stream') {
      const after = lastEventId(req.get('last-event-id'));
      await deps.streams.open({
        caller,
        view,
        res,
        ...(after === undefined ? {} : { after }),
      });
      return undefined;
    }
    const entries = await timeline(deps.store.db, view.id, {
      after: Number(query.cursor ?? 0),
      limit: query.limit + 1,
    });
    const items = entries.slice(0, query.limit);
    const next = entries.length > query.limit ? String(items.at(-1)?.seq) : undefined;
    // Beside the last page: no entries of the log, since nobody did anything.
    const scanned = next === undefined ? await scannedLinks(deps.store.db, view.id) : [];
    const beside = scanned.length === 0 ? {} : { scanned };
    return {
      body: { items, ...beside, ...(next === undefined ? {} : { next }) },
      headers: nextLink(req, next),
    };
  },
});

function lastEventId(header: string | undefined): number | undefined {
  if (header === undefined || header === '') return undefined;
  if (!/^\d{1,9}$/.test(header))
    throw new GantryError('REQUEST_INVALID', {
      detail: 'Last-Event-ID must be a number that this stream has sent',
    });
  return Number(header);
}

export const eventRoutes = [events];
