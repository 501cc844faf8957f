import type { Metric } from '../domain/policy/metric.schema.ts';
import type { PlannedComponent } from '../domain/release/plan.ts';
import type { HealthState, WatchResult } from '../domain/watch/health.ts';
import type { WatchRule, WatchView } from '../domain/watch/watch.ts';

/** How others reach the watch of a release: it outlives it, for days. */
export const watchWorkflow = 'watch';
export const watchWorkflowId = (releaseId: string): string => `watch/${releaseId}`;
/** Query: how everything that is watched stands, as {@link WatchView}s. */
export const watchQuery = 'watchState';

/** One component in one environment, and what is known of it so far. Instants are RFC 3339. */
export interface Watched {
  environment: string;
  component: PlannedComponent;
  metrics: Metric[];
  rule: WatchRule;
  exposedAt: string;
  until: string;
  health: HealthState;
  /** Looks that are over, also such as did not count. */
  looks: number;
  view: WatchView;
  result?: WatchResult;
}

/** What a watch carries from run to run. */
export interface WatchState {
  releaseId: string;
  title: string;
  policyDigest: string;
  /** Who is told of a change. */
  people: string[];
  watched: Watched[];
}

/** How each of them ended. */
export type WatchOutcome = { environment: string; service: string; result: WatchResult }[];
