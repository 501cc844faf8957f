import type { Express } from 'express';
import { sql } from 'kysely';
import { collectDefaultMetrics, Gauge, Registry } from 'prom-client';
import { openStates, terminalStates } from '../domain/release/state.ts';
import { allowed } from './auth/declared.ts';
import { nowOf, type ApiDeps } from './deps.ts';

/** `/metrics` in the text format of Prometheus: read from the record when asked, so every process tells the same. */
export function mountMetrics(app: Express, deps: ApiDeps): void {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const gauges = gaugesIn(registry);
  app.get('/metrics', allowed(deps.log, 'metrics.read'), async (_req, res) => {
    await measure(deps, gauges);
    res.set('Content-Type', registry.contentType).send(await registry.metrics());
  });
}

const gaugesIn = (registry: Registry) => {
  const gauge = <L extends string = never>(name: string, help: string, labelNames: L[] = []) =>
    new Gauge<L>({ name: `gantry_${name}`, help, labelNames, registers: [registry] });
  return {
    releases: gauge('releases', 'Releases by state.', ['state']),
    waiting: gauge('gate_waiting_seconds', 'How long the longest open approval request has waited.'),
    relay: gauge('relay_oldest_seconds', 'Age of the oldest decision that was received and not counted yet.'),
    notStarted: gauge(
      'not_started_oldest_seconds',
      'Age of the oldest release that Temporal has not taken yet.',
    ),
    notices: gauge('notices_oldest_seconds', 'Age of the oldest notice that was not sent yet.'),
    stalled: gauge(
      'releases_stalled',
      'Releases that stand still because their workflow fails at every try.',
    ),
    stuck: gauge('releases_stuck', 'Releases that need a person because an undo failed.'),
  };
};

async function measure(deps: ApiDeps, gauges: ReturnType<typeof gaugesIn>): Promise<void> {
  const { db } = deps.store;
  const states = await db
    .selectFrom('releases')
    .select(['state', (of) => of.fn.countAll<number>().as('count')])
    .groupBy('state')
    .execute();
  const countOf = (state: string): number => states.find((row) => row.state === state)?.count ?? 0;
  for (const state of [...openStates, ...terminalStates]) gauges.releases.set({ state }, countOf(state));
  gauges.stuck.set(countOf('stuck'));
  const { rows } = await sql<
    Record<'waiting' | 'relay' | 'notStarted' | 'notices', Date | null> & { stalled: number }
  >`
    select
      (select min(opened_at) from approval_requests where state = 'open') as waiting,
      (select min(received_at) from received_decisions join decision_deliveries on decision_id = id where state = 'pending') as relay,
      (select min(created_at) from releases where started_at is null and ended_at is null) as "notStarted",
      (select min(created_at) from notices where state = 'pending') as notices,
      (select count(*)::int from stalled_releases) as stalled`.execute(db);
  gauges.stalled.set(rows[0]?.stalled ?? 0);
  const now = nowOf(deps).getTime();
  const ageOf = (since: Date | null | undefined): number =>
    since ? Math.max(0, (now - since.getTime()) / 1_000) : 0;
  gauges.waiting.set(ageOf(rows[0]?.waiting));
  gauges.relay.set(ageOf(rows[0]?.relay));
  gauges.notStarted.set(ageOf(rows[0]?.notStarted));
  gauges.notices.set(ageOf(rows[0]?.notices));
}
