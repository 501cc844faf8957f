import type { MetricView, StageView } from './release.ts';

/** One metric that a stage was judged by. `service` is absent only where an old record does not tell whose it was. */
export interface MetricRow {
  service?: string;
  metric: MetricView;
}

/**
 * Every metric of a stage with its service, in the order of measuring, each once: what the soak measured last is also the last that
 * the rollout of its service holds.
 */
export function metricRows({ rollout, soak }: Pick<StageView, 'rollout' | 'soak'>): MetricRow[] {
  const rows: MetricRow[] = rollout.flatMap(({ service, metrics }) =>
    metrics.map((metric) => ({ service, metric })),
  );
  const [only, ...others] = rollout;
  for (const metric of soak) {
    const service = metric.service ?? (others.length === 0 ? only?.service : undefined);
    const isThere = rows.some(
      (row) => (service ?? row.service) === row.service && isSame(row.metric, metric),
    );
    if (!isThere) rows.push(service === undefined ? { metric } : { service, metric });
  }
  return rows;
}

const isSame = (one: MetricView, other: MetricView): boolean =>
  one.id === other.id &&
  one.because === other.because &&
  one.measurements === other.measurements &&
  one.last?.at === other.last?.at;
