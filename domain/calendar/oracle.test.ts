import { expect, test } from '@jest/globals';
import { aFreeze, aWindow } from '../../test/support/a-calendar.ts';
import type { CalendarRule } from './model.ts';
import { isOpenAt, nextClose, nextOpening, openFacts, type SpanCache } from './open.ts';

// An independent oracle: it walks the wall clock minute by minute around an instant, asks Intl what each UTC minute is called
// there, and knows nothing of rules, intervals or the library that resolves local times.

const minute = 60_000;
const day = 1_440 * minute;
const zones = [
  'Europe/Berlin',
  'Europe/London',
  'Europe/Madrid',
  'Europe/Athens',
  'Europe/Moscow',
  'Europe/Istanbul',
  'Europe/Dublin',
  'Europe/Lisbon',
  'Atlantic/Azores',
  'America/New_York',
  'America/Chicago',
  'America/Denver',
  'America/Phoenix',
  'America/Los_Angeles',
  'America/Anchorage',
  'America/St_Johns',
  'America/Halifax',
  'America/Havana',
  'America/Sao_Paulo',
  'America/Santiago',
  'America/Asuncion',
  'America/Bogota',
  'America/Caracas',
  'America/Mexico_City',
  'Asia/Kolkata',
  'Asia/Kathmandu',
  'Asia/Tehran',
  'Asia/Jerusalem',
  'Asia/Beirut',
  'Asia/Tokyo',
  'Asia/Shanghai',
  'Asia/Singapore',
  'Asia/Dubai',
  'Asia/Amman',
  'Africa/Lagos',
  'Africa/Cairo',
  'Africa/Casablanca',
  'Australia/Sydney',
  'Australia/Lord_Howe',
  'Australia/Adelaide',
  'Australia/Darwin',
  'Pacific/Auckland',
  'Pacific/Chatham',
  'Pacific/Apia',
  'Antarctica/Troll',
  'UTC',
];
const [firstYear, years] = [2016, 12];
/** Instants that share a pair of rules. */
const blockSize = 40;
// The same ones in every run, some hundred in each zone; `npm run test:chaos:rules` walks half a million.
const runs = Number(process.env['GANTRY_PROPERTY_RUNS'] ?? 5_000);

/** Mulberry32: the same instants in every run of one seed. */
function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** For each UTC minute of a span, the minutes of the wall clock since 1970 that Intl calls it. */
class Walk {
  private readonly format: Intl.DateTimeFormat;
  private readonly known = new Map<number, number>();

  constructor(zone: string) {
    this.format = new Intl.DateTimeFormat('en-CA', {
      timeZone: zone,
      hourCycle: 'h23',
      year: 'numeric',
      month: '2-digit',
      day: '2-digit',
      hour: '2-digit',
      minute: '2-digit',
    });
  }

  /** The wall clock of a UTC minute; Intl is asked once for each quarter of an hour, in which no zone changes its clock. */
  wall(utcMinute: number): number {
    const quarter = Math.floor(utcMinute / 15);
    return this.ofQuarter(quarter) + utcMinute - quarter * 15;
  }

  ofQuarter(quarter: number): number {
    let wall = this.known.get(quarter);
    if (wall === undefined) this.known.set(quarter, (wall = this.ask(quarter * 15)));
    return wall;
  }

  private ask(utcMinute: number): number {
    const at: Record<string, number> = {};
    for (const { type, value } of this.format.formatToParts(utcMinute * minute)) at[type] = Number(value);
    return Date.UTC(at['year'] ?? 0, (at['month'] ?? 1) - 1, at['day'], at['hour'], at['minute']) / minute;
  }
}

interface Shape {
  /** Minutes after midnight at which it starts. */
  start: number;
  weekdays: number[];
  length: { kind: 'elapsed'; minutes: number } | { kind: 'endLocal'; at: number };
}

/** First UTC minute near `around` whose wall clock is `wall`, the last one where `last`; in a gap what the offset before it gives. */
function find(walk: Walk, wall: number, around: number, last = false): number {
  let found: number | undefined;
  let before: number | undefined;
  for (let quarter = Math.floor(around / 15) - 106; quarter <= Math.floor(around / 15) + 106; quarter += 1) {
    const here = walk.ofQuarter(quarter);
    if (here <= wall && wall < here + 15) {
      found = quarter * 15 + (wall - here);
      if (!last) return found;
    }
    if (here + 15 <= wall && walk.ofQuarter(quarter + 1) > wall) before = quarter * 15 + (wall - here);
  }
  if (found === undefined && before === undefined) throw new Error('no such wall clock');
  return found ?? before ?? 0;
}

/** Whether the rule holds at a UTC minute: every start of the eight days around it is tried. */
function holds(walk: Walk, shape: Shape, utc: number, kind: CalendarRule['kind']): boolean {
  const today = Math.floor(walk.wall(utc) / 1_440);
  for (let date = today - 8; date <= today + 1; date += 1) {
    if (!shape.weekdays.includes((((date + 4) % 7) + 7) % 7)) continue;
    const around = utc + (date - today) * 1_440;
    const start = find(walk, date * 1_440 + shape.start, around);
    if (start > utc) continue;
    const { length } = shape;
    const end =
      length.kind === 'elapsed'
        ? start + length.minutes
        : find(
            walk,
            (length.at <= shape.start ? date + 1 : date) * 1_440 + length.at,
            around + (length.at <= shape.start ? 1_440 : 0),
            kind === 'freeze',
          );
    if (utc < end) return true;
  }
  return false;
}

const names = ['SU', 'MO', 'TU', 'WE', 'TH', 'FR', 'SA'];
const clock = (minutes: number) =>
  `${String(Math.floor(minutes / 60)).padStart(2, '0')}:${String(minutes % 60).padStart(2, '0')}`;

function ruleOf(shape: Shape, kind: CalendarRule['kind'], zone: string): CalendarRule {
  const times = {
    zone,
    start: `${firstYear - 1}-12-01T${clock(shape.start)}`,
    rrule: `FREQ=WEEKLY;BYDAY=${shape.weekdays.map((one) => names[one] ?? '').join(',')}`,
    ...(shape.length.kind === 'elapsed'
      ? { duration: `PT${shape.length.minutes}M` }
      : { endLocal: clock(shape.length.at) }),
  };
  return kind === 'window' ? aWindow(times) : aFreeze(times);
}

function shapeOf(next: () => number): Shape {
  const start = Math.floor(next() * 288) * 5;
  const weekdays = [0, 1, 2, 3, 4, 5, 6].filter(() => next() < 0.5);
  return {
    start,
    weekdays: weekdays.length > 0 ? weekdays : [Math.floor(next() * 7)],
    length:
      next() < 0.5
        ? { kind: 'elapsed', minutes: 5 + Math.floor(next() * 300) * 10 }
        : { kind: 'endLocal', at: Math.floor(next() * 288) * 5 },
  };
}

/** Utc minutes of days on which the clock of the zone changes. */
function changesOf(walk: Walk): number[] {
  const from = Date.UTC(firstYear, 0, 1) / minute;
  const dates = Array.from({ length: years * 365 }, (_, index) => from + index * 1_440);
  return dates.filter((utc) => walk.wall(utc + 1_440) - walk.wall(utc) !== 1_440);
}

/** Instants of one fortnight, in every other block around a clock change: that is where rules go wrong. */
function instantsOf(changes: readonly number[], block: number, next: () => number): number[] {
  const change = changes[Math.floor(next() * changes.length)];
  const anywhere = Date.UTC(firstYear, 0, 1) / minute + Math.floor(next() * years * 365 * 1_440);
  const isNear = block % 2 === 0 && change !== undefined;
  const [from, days] = isNear ? [change - 1_440, 3] : [anywhere, 14];
  return Array.from({ length: blockSize }, () => from + Math.floor(next() * days * 1_440));
}

const target = {
  environment: 'production',
  environmentLabels: [],
  services: [{ service: 'shop', labels: [] }],
};

test(
  `windows and freezes agree with a walk over local minutes: ${zones.length} zones, ${years} years, ${runs} instants`,
  () => {
    const next = random(20_261_124);
    const disagreements: string[] = [];
    let instants = 0;
    for (const zone of zones) {
      const walk = new Walk(zone);
      const changes = changesOf(walk);
      for (let block = 0; block * blockSize * zones.length < runs; block += 1) {
        const [window, freeze] = [shapeOf(next), shapeOf(next)];
        const rules = [ruleOf(window, 'window', zone), ruleOf(freeze, 'freeze', zone)];
        const cache: SpanCache = new Map();
        for (const utc of instantsOf(changes, block, next)) {
          const isOpen = holds(walk, window, utc, 'window') && !holds(walk, freeze, utc, 'freeze');
          const facts = openFacts({
            rules,
            cache,
            target,
            actionClass: 'planned',
            overrides: [],
            from: utc * minute,
            horizonMs: 8 * day,
          });
          instants += 1;
          if (isOpenAt(facts, utc * minute) !== isOpen)
            disagreements.push(
              `${zone} ${new Date(utc * minute).toISOString()} ${JSON.stringify([window, freeze])}`,
            );
          const turn = isOpen ? nextClose(facts, utc * minute) : nextOpening(facts, utc * minute);
          if (turn === undefined || turn > utc * minute + 2 * day) continue;
          const at = Math.floor(turn / minute);
          const after = holds(walk, window, at, 'window') && !holds(walk, freeze, at, 'freeze');
          if (after === isOpen) disagreements.push(`${zone} turn ${new Date(turn).toISOString()}`);
        }
      }
    }
    expect(disagreements.slice(0, 5)).toEqual([]);
    expect(instants).toBeGreaterThanOrEqual(runs);
  },
  Math.max(120_000, runs * 6),
);
