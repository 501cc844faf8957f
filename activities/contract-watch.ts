import type { PlannedComponent } from '../domain/release/plan.ts';
import type { Health } from '../domain/watch/health.ts';
import type { WatchRule, WatchView } from '../domain/watch/watch.ts';

/** One component of a released version that is being watched in one environment. */
export interface WatchedPlace {
  releaseId: string;
  environment: string;
  component: PlannedComponent;
}

/** What has become of a watched deployment meanwhile. Absent: it is still the newest there. */
export interface WatchedStanding {
  /** A newer deployment that has finished there; its name, and when. */
  superseded?: { title: string; at: string };
}

/** What a look has come to, to be written down. */
export interface WatchEntry extends WatchedPlace {
  /** Number of the look, from 0 for the beginning: an older one never replaces a newer one. */
  number: number;
  view: WatchView;
  /** How it stands now, where that is another than before. */
  changed?: Health;
  /** When the newest measurement was taken, by the clock of whoever took it. */
  measuredAt?: string;
  onRegression: WatchRule['onRegression'];
  /** Who is told. */
  people: string[];
}

/** What was done about it. */
export interface WatchAnswer {
  /** Release that takes it back. */
  rollback?: string;
  because?: string;
}

/** What a watch asks of the record: idempotent by release, place and number. */
export interface WatchActivities {
  readWatched(input: WatchedPlace): Promise<WatchedStanding>;
  recordWatch(entry: WatchEntry): Promise<WatchAnswer>;
}
