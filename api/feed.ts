import { createHash } from 'node:crypto';
import type { Express } from 'express';
import ical, { ICalCalendarMethod, ICalEventStatus, ICalEventTransparency } from 'ical-generator';
import { isMoment, type CalendarEntry } from '../domain/calendar/entries.ts';
import { calendarEntries } from '../platform/record/calendar/entries.ts';
import { personNames } from '../platform/record/person-names.ts';
import { feedByToken, touchFeed, type FeedRecord } from '../platform/record/calendar/feeds.ts';
import { knownPerson } from './auth/people.ts';
import { nowOf, type ApiDeps } from './deps.ts';

const day = 86_400_000;
const [daysBack, daysAhead] = [30, 90];
/** How often programs are asked to look again. */
const everySeconds = 900;
/** An entry without end is shown as long as the feed looks ahead; one without length as this. */
const shortestMs = 15 * 60_000;

/**
 * `/calendar/<token>.ics`: read by calendar programs, which can neither sign in nor send a header. So the address has a token of
 * its own, which is revoked like any other; what is shown has no secrets and no mail addresses.
 */
export function mountFeed(app: Express, deps: ApiDeps): void {
  app.get('/calendar/:file', async (req, res, next) => {
    const token = /^([A-Za-z0-9_-]{43})\.ics$/.exec(req.params.file)?.[1];
    if (token === undefined) {
      next();
      return;
    }
    const feed = await feedByToken(deps.store.db, token);
    res.set({ 'Cache-Control': 'private, no-cache', 'X-Robots-Tag': 'noindex' });
    // Whoever has left the policy has no feed any more, whatever the address.
    if (!feed || !(await knownPerson(deps, feed.person))) {
      res.status(404).type('text/plain').send('This calendar address is not known, or was revoked.\n');
      return;
    }
    const now = nowOf(deps);
    await touchFeed(deps.store.db, feed, now);
    const text = feedText(feed, await entriesOf(deps, feed, now), { now, publicUrl: deps.config.publicUrl });
    const etag = `"${createHash('sha256')
      .update(text.replaceAll(/^DTSTAMP:.*$/gm, ''))
      .digest('hex')
      .slice(0, 32)}"`;
    res.set('ETag', etag);
    if (req.get('if-none-match') === etag) {
      res.status(304).end();
      return;
    }
    res
      .set({
        'Content-Type': 'text/calendar; charset=utf-8',
        'Content-Disposition': 'inline; filename="gantry.ics"',
      })
      .send(text);
  });
}

async function entriesOf(deps: ApiDeps, feed: FeedRecord, now: Date): Promise<CalendarEntry[]> {
  const entries = await calendarEntries(deps.store.db, {
    from: new Date(now.getTime() - daysBack * day).toISOString(),
    to: new Date(now.getTime() + daysAhead * day).toISOString(),
    // By quarters of an hour, so that what runs does not change with every look.
    now: new Date(Math.floor(now.getTime() / shortestMs) * shortestMs),
  });
  const isWanted = (wanted: readonly string[], given: readonly string[]): boolean =>
    wanted.length === 0 || given.length === 0 || given.some((one) => wanted.includes(one));
  const nameOf = await personNames(deps.store.db);
  return entries
    .filter(
      (entry) =>
        entry.kind !== 'window' &&
        isWanted(feed.services, entry.services) &&
        isWanted(feed.environments, entry.environment === undefined ? [] : [entry.environment]),
    )
    .map((entry) => (entry.owner === undefined ? entry : { ...entry, owner: nameOf(entry.owner) }));
}

/** The feed as RFC 5545 says: published, instants in UTC, no alarms, and SEQUENCE rising with every change. */
export function feedText(
  feed: Pick<FeedRecord, 'name'>,
  entries: readonly CalendarEntry[],
  o: { now: Date; publicUrl: string },
): string {
  const calendar = ical({
    // The library writes it as it is.
    name: escapedText(feed.name),
    prodId: { company: 'Gantry', product: 'calendar', language: 'EN' },
    method: ICalCalendarMethod.PUBLISH,
    ttl: everySeconds,
  });
  // By whole days, so that what has no end does not change with every look.
  const horizon = (Math.floor(o.now.getTime() / day) + daysAhead) * day;
  for (const entry of entries) {
    const start = new Date(entry.start);
    const end = Math.max(
      entry.end === undefined ? openEnd(entry, horizon) : Date.parse(entry.end),
      start.getTime() + shortestMs,
    );
    const about = [entry.detail, entry.owner === undefined ? undefined : `Owner: ${entry.owner}`].filter(
      (line) => line !== undefined,
    );
    calendar.createEvent({
      id: `${createHash('sha256').update(entry.uid).digest('hex').slice(0, 32)}@gantry`,
      sequence: entry.revision,
      start,
      end: new Date(end),
      stamp: o.now,
      summary: entry.about === undefined ? entry.title : `${entry.title}: ${entry.about}`,
      status: statusOf(entry),
      transparency: takesTime(entry) ? ICalEventTransparency.OPAQUE : ICalEventTransparency.TRANSPARENT,
      ...(about.length === 0 ? {} : { description: about.join('\n') }),
      ...(entry.link === undefined ? {} : { url: `${o.publicUrl}${entry.link}` }),
    });
  }
  // RFC 5545 §3.1: every line ends so, the last one, too.
  return `${calendar.toString()}\r\n`;
}

/** TEXT of RFC 5545 §3.3.11. */
const escapedText = (text: string): string =>
  text.replaceAll(/[\\;,]/g, (sign) => `\\${sign}`).replaceAll(/\r\n|\r|\n/g, String.raw`\n`);

/** Whether whoever reads the calendar is busy with it: a release wants somebody who looks, a freeze wants nobody. */
const takesTime = ({ kind }: CalendarEntry): boolean => kind === 'release';

/** A moment is as short as can be shown; what goes on without end is shown as far as the feed looks ahead. */
const openEnd = (entry: CalendarEntry, horizon: number): number =>
  isMoment(entry) ? Date.parse(entry.start) : horizon;

function statusOf({ state, kind }: CalendarEntry): ICalEventStatus {
  if (state === 'cancelled') return ICalEventStatus.CANCELLED;
  const isFirm = state !== 'planned' || kind === 'freeze';
  return isFirm ? ICalEventStatus.CONFIRMED : ICalEventStatus.TENTATIVE;
}
