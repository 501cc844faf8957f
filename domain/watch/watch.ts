import type { Metric } from '../policy/metric.schema.ts';
import type { MetricView } from '../release/release.ts';
import type { Health, HealthState, WatchResult } from './health.ts';

/** How a stage's release is watched after its end; milliseconds. */
export interface WatchRule {
  forMs: number;
  intervalMs: number;
  onRegression: 'propose' | 'rollBack';
  /** Metrics that must pass before a look counts, such as the adoption of the version. */
  onlyWhen: Metric[];
}

/** One component in one environment that is being watched, as everybody sees it. Instants are RFC 3339. */
export interface WatchView {
  releaseId: string;
  environment: string;
  service: string;
  version: string;
  health: Health;
  /** How it ended; absent while it is watched. */
  result?: WatchResult;
  /** What the last look said. */
  because: string;
  exposedAt: string;
  until: string;
  looks: HealthState['samples'];
  /** Each metric at the last look. */
  metrics: MetricView[];
  updatedAt: string;
}

const healthWords: Record<WatchResult, string> = {
  healthy: 'healthy',
  regressed: 'regressed',
  inconclusive: 'cannot tell',
  superseded: 'superseded',
};

/** The word for how a watched version stands, or how its watch ended. */
export const healthWord = (health: WatchResult): string => healthWords[health];
