import { sql } from 'kysely';
import {
  reportAnalyses,
  type AnalysisReport,
  type Baseline,
  type FinishedAnalysis,
} from '../../domain/analysis/report.ts';
import type { Metric } from '../../domain/policy/metric.schema.ts';
import type { ReleaseView } from '../../domain/release/release.ts';
import type { Db } from '../database/open.ts';
import type { AuditEntry } from './entry.ts';
import { policyByDigest } from './policies.ts';
import { measurementsOf } from './results.ts';

/** Every analysis of a release as it was at an instant, from what was written down; empty where nothing was measured. */
export async function analysesOf(db: Db, view: ReleaseView, at: string): Promise<AnalysisReport[]> {
  const [measurements, finished] = await Promise.all([measurementsOf(db, view.id), finishedOf(db, view.id)]);
  if (measurements.length + finished.length === 0) return [];
  const [metrics, baselines] = await Promise.all([metricsOf(db, view), baselinesOf(db, view)]);
  return reportAnalyses(
    {
      measurements,
      finished,
      metrics,
      baselineOf: ({ environment, service, metric }) =>
        baselines.get(JSON.stringify([environment, service, metric])),
      ...(view.ended ? { endedAt: view.ended.at } : {}),
    },
    at,
  );
}

async function finishedOf(db: Db, releaseId: string): Promise<FinishedAnalysis[]> {
  const rows = await db
    .selectFrom('audit_entries')
    .select('body')
    .where('release_id', '=', releaseId)
    .where('action', '=', 'analysis.finished')
    .orderBy('release_seq')
    .execute();
  return rows.flatMap(({ body }) => {
    const { at, object, sentence, facts } = JSON.parse(body) as AuditEntry;
    const where = placeIn(sentence, facts);
    if (!where) return [];
    const phase = typeof facts?.['phase'] === 'string' ? facts['phase'] : 'inconclusive';
    const because = sentence.slice(sentence.indexOf(`: ${phase}. `) + phase.length + 4);
    const metrics = (facts?.['metrics'] ?? {}) as FinishedAnalysis['metrics'];
    return [{ ...where, service: object, at, phase, because, metrics }];
  });
}

/** Entries from before the facts named it say it in their sentence alone: `shop 1.4.0 in production, step 1: passed. …`. */
function placeIn(
  sentence: string,
  facts: AuditEntry['facts'],
): { environment: string; place: string } | undefined {
  const { environment, place } = facts ?? {};
  if (typeof environment === 'string' && typeof place === 'string') return { environment, place };
  const found = / in (\S+), (before|step \d+|soak): /.exec(sentence);
  return found?.[1] !== undefined && found[2] !== undefined
    ? { environment: found[1], place: found[2] }
    : undefined;
}

async function metricsOf(db: Db, view: ReleaseView): Promise<ReadonlyMap<string, readonly Metric[]>> {
  const stored = await policyByDigest(db, view.policyDigest);
  const pipelines = new Set(
    view.components.map(
      ({ service }) => stored?.policy.services.find(({ id }) => id === service)?.pipeline ?? '',
    ),
  );
  const metrics = new Map<string, Metric[]>();
  for (const pipeline of pipelines)
    for (const { environment, analysis } of stored?.policy.pipelines[pipeline] ?? [])
      metrics.set(environment, [...(metrics.get(environment) ?? []), ...analysis]);
  return metrics;
}

/** What each metric was while the version before soaked: of the newest deployment that succeeded before this release. */
async function baselinesOf(db: Db, view: ReleaseView): Promise<ReadonlyMap<string, Baseline>> {
  const services = view.components.map(({ service }) => service);
  const { rows } = await sql<Baseline & { environment: string; service: string; metric: string }>`
    with before as (
      select distinct on (environment, service) release_id, environment, service, version
      from deployments
      where service = any(${services}::text[]) and status = 'succeeded' and release_id is not null
        and release_id <> ${view.id} and ended_at < ${view.createdAt}::timestamptz
      order by environment, service, ended_at desc
    )
    select m.environment, m.service, m.metric, before.version, count(*)::int as n,
      percentile_cont(0.5) within group (order by m.value) as median,
      percentile_cont(0.05) within group (order by m.value) as low,
      percentile_cont(0.95) within group (order by m.value) as high
    from measurements m join before using (release_id, environment, service)
    where m.place = 'soak' and m.verdict in ('passed', 'inconclusive', 'failed')
      and m.value > '-Infinity' and m.value < 'Infinity'
    group by m.environment, m.service, m.metric, before.version`.execute(db);
  return new Map(
    rows.map(({ environment, service, metric, ...baseline }) => [
      JSON.stringify([environment, service, metric]),
      baseline,
    ]),
  );
}
