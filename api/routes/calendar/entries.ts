import { collisionsOf, overriddenBy } from '../../../domain/calendar/entries.ts';
import { IdSchema } from '../../../domain/policy/common.schema.ts';
import { GantryError } from '../../../platform/errors.ts';
import { calendarEntries } from '../../../platform/record/calendar/entries.ts';
import { route } from '../../http/route.ts';
import { visibleServices } from '../../auth/narrowed-to.ts';
import { z } from '../common.schema.ts';
import { MomentSchema, utc } from './calendar.schema.ts';

const EntrySchema = z
  .looseObject({
    uid: z.string(),
    kind: z.enum(['window', 'freeze', 'reservation', 'release', 'milestone', 'train']),
    start: z.string(),
    end: z.string().optional(),
    title: z.string(),
    state: z.enum(['planned', 'running', 'ended', 'cancelled']),
    collisions: z.array(z.string()),
    overridden: z
      .array(z.string())
      .describe('Titles of the freezes that it passes by an override, and so does not collide with.'),
  })
  .openapi('CalendarEntry');

const longestMs = 400 * 86_400_000;
/** More would take seconds to make and to read. */
const mostEntries = 4_000;

const list = route({
  method: 'get',
  path: '/v1/calendar',
  action: 'calendar.read',
  summary:
    'Everything in the calendar between two instants: windows, freezes, reservations, releases, milestones, trains.',
  query: z.strictObject({
    from: MomentSchema,
    to: MomentSchema,
    service: IdSchema.optional(),
    environment: IdSchema.optional(),
  }),
  answer: {
    status: 200,
    description: 'Entries, earliest first.',
    schema: z.object({ items: z.array(EntrySchema) }).openapi('Calendar'),
  },
  problems: ['REQUEST_INVALID'],
  async handle({ deps, caller, query, now }) {
    const [from, to] = [utc(query.from), utc(query.to)];
    const length = Date.parse(to) - Date.parse(from);
    if (length <= 0 || length > longestMs)
      throw new GantryError('REQUEST_INVALID', { detail: '`to` must be after `from`, by at most 400 days' });
    const all = await calendarEntries(deps.store.db, { ...query, from, to, now });
    const isVisible = visibleServices(caller);
    // What is about everything concerns everybody; what is about services only those who may see one of them.
    const entries = all.filter(({ services }) => services.length === 0 || services.some(isVisible));
    if (entries.length > mostEntries)
      throw new GantryError('REQUEST_INVALID', {
        detail: `There are ${entries.length} entries; ask for fewer days, one service or one environment`,
      });
    return {
      body: {
        items: entries.map((entry) => ({
          ...entry,
          collisions: collisionsOf(entry, entries),
          overridden: overriddenBy(entry, entries),
        })),
      },
    };
  },
});

export const calendarEntryRoutes = [list];
