import { evaluateDependency } from '../../../domain/gates/dependencies/evaluate.ts';
import type { Dependency } from '../../../domain/calendar/model.ts';
import { dependencyWords } from '../../../domain/gates/dependencies/words.ts';
import type { ReleaseView } from '../../../domain/release/release.ts';
import { isTerminal } from '../../../domain/release/state.ts';
import type { Db } from '../../database/open.ts';
import { dependencyFacts } from './facts.ts';
import { listReservations } from './reservations.ts';

/** Something that a release waits for, as it is now. `number` is the one that drops it. */
export interface AwaitedThing {
  number: number;
  dependency: Dependency;
  /** `payments ≥ 2.1.0 in production`. */
  what: string;
  state: 'met' | 'waiting' | 'failed';
  because: string;
  /** When it is expected, where that is known. */
  until?: string;
  /** The release that it is, or that brings it, where there is one. */
  releaseId?: string;
}

/** What a release has reserved; `queued`: somebody else has it before. */
export interface OwnReservation {
  id: string;
  environment: string;
  start: string;
  end: string;
  state: 'reserved' | 'queued';
}

export interface ReleasePlanFacts {
  reservations: OwnReservation[];
  awaits: AwaitedThing[];
}

const states = { allowed: 'met', waiting: 'waiting', needsPeople: 'waiting', denied: 'failed' } as const;

/** What stands in the calendar for a release beside its own state: its reservations, and what it waits for, at `now`. */
export async function planOfRelease(db: Db, view: ReleaseView, now: string): Promise<ReleasePlanFacts> {
  if (isTerminal(view.state)) return { reservations: [], awaits: [] };
  const needs = view.needs ?? [];
  const facts = await Promise.all(needs.map((dependency) => dependencyFacts(db, dependency)));
  const reservations = await listReservations(db, { releaseId: view.id });
  return {
    reservations: reservations.flatMap(({ id, environment, start, end, state }) =>
      state === 'released' ? [] : [{ id, environment, start, end, state }],
    ),
    awaits: facts.map((one, index) => {
      const verdict = evaluateDependency(one, now);
      const release = one.release ?? one.onTheWay ?? one.failed;
      return {
        number: index + 1,
        dependency: one.dependency,
        what: dependencyWords(one.dependency, release?.title),
        state: states[verdict.kind],
        because: verdict.because,
        ...(verdict.kind === 'waiting' && verdict.until !== undefined ? { until: verdict.until } : {}),
        ...(release ? { releaseId: release.id } : {}),
      };
    }),
  };
}
