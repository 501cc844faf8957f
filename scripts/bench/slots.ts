import type { CalendarRule, Reservation } from '../../domain/calendar/model.ts';
import { openFacts, type SpanCache, type Target } from '../../domain/calendar/open.ts';
import { nextFreeSlots } from '../../domain/calendar/slots.ts';

const day = 86_400_000;
const [releases, freezes, windows] = [500, 200, 50];
const needMs = 106 * 60_000;
const zones = ['Europe/Berlin', 'America/New_York', 'Asia/Kolkata', 'Australia/Sydney', 'UTC'];
const now = Date.parse('2026-11-26T12:00:00Z');

/**
 * How long the next five slots of a service take to find among 500 planned releases, 200 freezes and 50 windows, over ten
 * environments and twenty services: with times that were expanded before, as in a process that runs, and for the first time.
 */
export async function run({ json, n = 1_000 }: { json: boolean; n?: number }): Promise<void> {
  const rules = [
    ...Array.from({ length: windows }, (_, i) => aWindow(i)),
    ...Array.from({ length: freezes }, (_, i) => aFreeze(i)),
  ];
  const reserved = Array.from({ length: releases }, (_, i) => aReservation(i));
  const cache: SpanCache = new Map();
  const cold = measure(20, () => ask(rules, reserved, 0, new Map()));
  for (let index = 0; index < 200; index += 1) ask(rules, reserved, index, cache);
  const warm = measure(n, (index) => ask(rules, reserved, index, cache));
  const report = {
    p50Ms: at(warm, 0.5),
    p99Ms: at(warm, 0.99),
    coldP50Ms: at(cold, 0.5),
    n,
    releases,
    freezes,
    windows,
  };
  process.stdout.write(
    json
      ? `${JSON.stringify(report)}\n`
      : `Next five slots: p50 ${report.p50Ms} ms, p99 ${report.p99Ms} ms (n = ${n}); for the first time ${report.coldP50Ms} ms.\n`,
  );
  await Promise.resolve();
}

function ask(
  rules: readonly CalendarRule[],
  reserved: readonly Reservation[],
  index: number,
  cache: SpanCache,
): number {
  const environment = `env-${index % 10}`;
  const service = `service-${index % 20}`;
  const target: Target = { environment, environmentLabels: [], services: [{ service, labels: [] }] };
  const from = now + (index % 40) * 3_600_000;
  const open = openFacts({ rules, target, actionClass: 'planned', overrides: [], from, cache });
  const foreign = reserved.filter((one) => one.environment === environment);
  return nextFreeSlots({ open, foreign, readyAt: from }, from, needMs, 5).slots.length;
}

const scope = (index: number) => ({ services: [], environments: [`env-${index % 10}`], labels: [] });
const common = { origin: 'policy' as const, revision: 1 };

const aWindow = (index: number): CalendarRule => ({
  id: `window-${index}`,
  kind: 'window',
  scope: scope(index),
  zone: zones[index % zones.length] ?? 'UTC',
  start: `2026-01-05T${String(6 + (index % 12)).padStart(2, '0')}:00`,
  rrule: 'FREQ=WEEKLY;BYDAY=MO,TU,WE,TH',
  duration: '5h',
  ...common,
});

const aFreeze = (index: number): CalendarRule => ({
  id: `freeze-${index}`,
  kind: 'freeze',
  scope: scope(index),
  zone: zones[index % zones.length] ?? 'UTC',
  ...(index % 4 === 0
    ? { start: '2026-01-02T18:00', rrule: 'FREQ=MONTHLY;BYDAY=-1FR', duration: 'P2D' }
    : local(now + (index % 90) * day)),
  ...common,
});

const local = (ms: number) => ({
  from: new Date(ms).toISOString().slice(0, 16),
  to: new Date(ms + day).toISOString().slice(0, 16),
});

const aReservation = (index: number): Reservation => {
  const start = now + index * 5 * 3_600_000;
  return {
    id: `res-${index}`,
    owner: `rel-${index}`,
    title: `service ${index}`,
    environment: `env-${index % 10}`,
    services: [],
    start: new Date(start).toISOString(),
    end: new Date(start + needMs).toISOString(),
    overlap: false,
  };
};

function measure(count: number, work: (index: number) => unknown): number[] {
  return Array.from({ length: count }, (_, index) => {
    const before = performance.now();
    work(index);
    return performance.now() - before;
  }).sort((a, b) => a - b);
}

/** The value at rank ⌈q · n⌉, to a hundredth of a millisecond. */
const at = (sorted: readonly number[], q: number): number =>
  Math.round((sorted[Math.ceil(q * sorted.length) - 1] ?? 0) * 100) / 100;
