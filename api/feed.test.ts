import { expect, test } from '@jest/globals';
import ICAL from 'ical.js';
import type { CalendarEntry } from '../domain/calendar/entries.ts';
import { feedText } from './feed.ts';

const now = new Date('2026-11-26T12:00:00Z');
const entry = (over: Partial<CalendarEntry> = {}): CalendarEntry => ({
  uid: 'release/rel_1/production',
  kind: 'release',
  start: '2026-11-27T09:00:00.000Z',
  end: '2026-11-27T10:00:00.000Z',
  title:
    'shop 1.4.0 → production; with, commas \\ and a line long enough that it must be folded by the rules',
  detail: 'Waits for its window.\nThen it goes.',
  state: 'planned',
  environment: 'production',
  services: ['shop'],
  link: '/releases/rel_1',
  marks: [],
  revision: 3,
  ...over,
});
const entries = [
  entry(),
  entry({
    uid: 'freeze/sale',
    kind: 'freeze',
    end: undefined as never,
    title: 'freeze sale',
    about: 'shop, payments in production',
    owner: 'ana',
    revision: 1,
  }),
  entry({
    uid: 'train/weekly/4',
    kind: 'train',
    state: 'cancelled',
    title: 'train weekly, departure 4: skipped',
  }),
  entry({ uid: 'milestone/rel_1/live', kind: 'milestone', end: undefined as never, title: 'live' }),
];
const feedName = 'Releases; of Acme, Ltd. \\ Söhne, with a name that is folded by the rules of calendars';
const text = feedText({ name: feedName }, entries, { now, publicUrl: 'https://gantry.acme.test' });
const parsed = new ICAL.Component(ICAL.parse(text) as never);
const events = parsed.getAllSubcomponents('vevent');

test('calendar programs can read it: published, named, with how often to look again', () => {
  expect(parsed.getFirstPropertyValue('version')).toBe('2.0');
  expect(parsed.getFirstPropertyValue('method')).toBe('PUBLISH');
  expect(parsed.getFirstPropertyValue('prodid')).toContain('Gantry');
  // A property of our own is handed out as it is written.
  const called = String(parsed.getFirstPropertyValue('x-wr-calname'));
  expect(called.replaceAll(/\\([\\;,])/g, '$1')).toBe(feedName);
  expect(text).toContain('X-PUBLISHED-TTL:PT15M');
  expect(events).toHaveLength(4);
});

test('RFC 5545: lines end with CRLF and are folded at 75 octets', () => {
  expect(text.replaceAll('\r\n', '')).not.toMatch(/[\r\n]/);
  expect(text.endsWith('END:VCALENDAR\r\n')).toBe(true);
  for (const line of text.split('\r\n')) expect(Buffer.byteLength(line)).toBeLessThanOrEqual(75);
});

test('RFC 5545: each event has a unique UID, a stamp, UTC instants, and ends after it starts', () => {
  const uids = events.map((event) => String(event.getFirstPropertyValue('uid')));
  expect(new Set(uids).size).toBe(4);
  for (const raw of text.matchAll(/^DT(?:START|END|STAMP)[^:]*:(.*)$/gm))
    expect(raw[1]?.trim()).toMatch(/^\d{8}T\d{6}Z$/);
  for (const event of events) {
    const { startDate, endDate } = new ICAL.Event(event);
    expect(endDate.toJSDate().getTime()).toBeGreaterThan(startDate.toJSDate().getTime());
    expect(event.getFirstPropertyValue('dtstamp')).not.toBeNull();
  }
});

test('RFC 5545: separators in names are escaped, here by rules of our own', () => {
  const unfolded = text.replaceAll('\r\n ', '');
  for (const name of ['NAME', 'X-WR-CALNAME'])
    expect(unfolded).toContain(
      String.raw`${name}:Releases\; of Acme\, Ltd. \\ Söhne\, with a name that is folded by the rules of calendars`,
    );
});

test('only releases take the time of whoever reads it, and a freeze says what it is about', () => {
  const rows = events.map((event) => [
    event.getFirstPropertyValue('summary'),
    event.getFirstPropertyValue('transp'),
  ]);
  expect(rows).toEqual([
    [entries[0]?.title, 'OPAQUE'],
    ['freeze sale: shop, payments in production', 'TRANSPARENT'],
    ['train weekly, departure 4: skipped', 'TRANSPARENT'],
    ['live', 'TRANSPARENT'],
  ]);
});

test('what runs without a known end is no longer than can be shown; a freeze lasts as far as the feed looks', () => {
  const lengths = [
    entry({ state: 'running', end: undefined as never }),
    entry({ kind: 'freeze', end: undefined as never }),
  ].map((one) => {
    const event = new ICAL.Component(
      ICAL.parse(feedText({ name: 'x' }, [one], { now, publicUrl: 'https://g.test' })) as never,
    ).getFirstSubcomponent('vevent');
    const { startDate, endDate } = new ICAL.Event(event ?? undefined);
    return (endDate.toJSDate().getTime() - startDate.toJSDate().getTime()) / 60_000;
  });
  expect(lengths[0]).toBe(15);
  expect(lengths[1]).toBeGreaterThan(80 * 24 * 60);
});

test('the same thing keeps its UID, and its SEQUENCE rises with its revision', () => {
  const later = new ICAL.Component(
    ICAL.parse(
      feedText(
        { name: 'x' },
        [entry({ revision: 4, start: '2026-11-28T09:00:00.000Z', end: '2026-11-28T10:00:00.000Z' })],
        { now, publicUrl: 'https://g.test' },
      ),
    ) as never,
  ).getFirstSubcomponent('vevent');
  const first = events[0];
  expect(later?.getFirstPropertyValue('uid')).toBe(first?.getFirstPropertyValue('uid'));
  expect([first, later].map((event) => Number(event?.getFirstPropertyValue('sequence')))).toEqual([3, 4]);
});

test('what has not changed reads the same a minute later, but for the stamp', () => {
  const later = feedText({ name: feedName }, entries, {
    now: new Date(now.getTime() + 60_000),
    publicUrl: 'https://gantry.acme.test',
  });
  const plain = (of: string) => of.replaceAll(/^DTSTAMP:.*$/gm, '');
  expect(plain(later)).toBe(plain(text));
});

test('text survives the way there and back, a cancelled one says so, and nothing rings', () => {
  expect(events[0]?.getFirstPropertyValue('summary')).toBe(entries[0]?.title);
  expect(events[0]?.getFirstPropertyValue('description')).toBe('Waits for its window.\nThen it goes.');
  expect(events.map((event) => event.getFirstPropertyValue('status'))).toEqual([
    'TENTATIVE',
    'CONFIRMED',
    'CANCELLED',
    'TENTATIVE',
  ]);
  expect(text).not.toContain('VALARM');
});
