import { readFile } from 'node:fs/promises';
import type { ReleaseView } from '../../domain/release/release.ts';
import { listEnvironments, type TimelineEntry } from '../../cli/answers.ts';
import type { Client } from '../../cli/client.ts';
import type { HourLater } from './hour-later.ts';
import type { TrafficCounts } from './traffic.ts';

/** What the demo writes with `--json`. */
export interface DemoReport {
  ok: boolean;
  releases: {
    id: string;
    components: { service: string; version: string }[];
    state: string;
    stages: { environment: string; state: string }[];
    events: number;
  }[];
  /** What the watch found after a release had ended, and what came of it. */
  later: HourLater;
  running: Record<string, Record<string, string>>;
  traffic: TrafficCounts;
  audit: { valid: boolean; entries: number };
  /** Everything that had to hold, and whether it did. */
  expectations: Expectation[];
}

export interface Expectation {
  what: string;
  held: boolean;
  found: string;
}

export async function releaseLine(
  client: Client,
  view: ReleaseView,
): Promise<DemoReport['releases'][number]> {
  return {
    id: view.id,
    components: view.components.map(({ service, version }) => ({ service, version })),
    state: view.state,
    stages: view.stages.map(({ environment, state }) => ({ environment, state })),
    events: (await timelineOf(client, view.id)).length,
  };
}

/** Everything that the log says of a release, oldest first. */
export async function timelineOf(client: Client, id: string): Promise<TimelineEntry[]> {
  const entries: TimelineEntry[] = [];
  for (let cursor: string | undefined; ;) {
    const page = (await client.get(`/v1/releases/${id}/events`, { limit: '200', cursor })) as {
      items: TimelineEntry[];
      next?: string;
    };
    entries.push(...page.items);
    if (page.next === undefined) return entries;
    cursor = page.next;
  }
}

/** What runs where as the record has it. */
export async function whatRuns(client: Client): Promise<DemoReport['running']> {
  const { items } = await listEnvironments(client);
  return Object.fromEntries(
    items.map((item) => [item.id, Object.fromEntries(item.running.map((row) => [row.service, row.version]))]),
  );
}

export const verifyAudit = async (client: Client): Promise<DemoReport['audit']> => {
  const { valid, entries } = (await client.get('/v1/audit/verify')) as DemoReport['audit'];
  return { valid, entries };
};

interface LedgerLine {
  operation: string;
  effect: 'start' | 'route';
  service: string;
  environment: string;
  version: string;
  weights?: Record<string, number>;
}

async function readLedger(ledgerFile: string): Promise<LedgerLine[]> {
  const lines = (await readFile(ledgerFile, 'utf8')).split('\n').filter((line) => line !== '');
  return lines.map((line) => JSON.parse(line) as LedgerLine);
}

/** Which versions served production alone, in the order in which that came to be, such as `shop 1.4.0`. */
export async function servedAlone(ledgerFile: string): Promise<string[]> {
  return (await readLedger(ledgerFile))
    .filter(({ effect, environment }) => effect === 'route' && environment === 'production')
    .flatMap(({ service, weights }) =>
      Object.entries(weights ?? {})
        .filter(([, weight]) => weight === 100)
        .map(([version]) => `${service} ${version}`),
    );
}

/** Operations that the ledger shows twice with the same effect: there must be none. */
export async function repeatedEffects(ledgerFile: string): Promise<string[]> {
  const names = (await readLedger(ledgerFile)).map(
    ({ operation, effect, service, environment, version }) =>
      `${operation} ${effect} ${service} ${environment} ${version}`,
  );
  return names.filter((name, index) => names.indexOf(name) !== index);
}
