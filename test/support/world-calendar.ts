import type { CalendarInput } from '../../activities/contract.ts';
import { judgeCalendar } from '../../domain/calendar/judge.ts';
import type {
  CalendarAnswer,
  CalendarOverride,
  CalendarRule,
  Reservation,
} from '../../domain/calendar/model.ts';
import { withReviews, type OwedReview } from '../../domain/gates/review/evaluate.ts';
import { needOf } from '../../domain/calendar/need.ts';
import {
  evaluateDependencies,
  readyAt,
  type DependencyFacts,
} from '../../domain/gates/dependencies/evaluate.ts';

/** The calendar of a test's world: rules in memory, judged by the real functions at the workflow's own time. */
export class WorldCalendar {
  rules: CalendarRule[] = [];
  overrides: CalendarOverride[] = [];
  foreign: Reservation[] = [];
  /** What is known of what a release waits for, by its place in the list. */
  dependencies: DependencyFacts[] = [];
  /** What deployments took there, newest first, milliseconds. */
  runs: number[] = [];
  /** Reviews of broken glass that others owe for the same service. */
  reviews: OwedReview[] = [];
  revision = 1;
  asked = 0;

  judge(input: CalendarInput): CalendarAnswer {
    this.asked += 1;
    const known = this.dependencies.filter(({ dependency }) =>
      input.needs.some((need) => JSON.stringify(need) === JSON.stringify(dependency)),
    );
    const row = evaluateDependencies(known, input.now);
    const answer = judgeCalendar(
      {
        rules: this.rules,
        target: {
          environment: input.environment,
          environmentLabels: [],
          services: input.components.map(({ service }) => ({ service, labels: [] })),
        },
        actionClass: input.actionClass,
        overrides: this.overrides,
        ...(input.schedule ? { schedule: input.schedule } : {}),
        need: needOf({ runs: this.runs, rollbacks: [], ...input.estimate }),
        foreign: this.foreign,
        ...(row ? { dependencies: { row, readyAt: readyAt(known, input.now) } } : {}),
        isInFlight: input.isInFlight,
        overriders: ['ops'],
        ...(input.owner === undefined ? {} : { owner: input.owner }),
        ...(input.proceed ? { proceed: input.proceed } : {}),
        zone: 'UTC',
        zoneData: '2025b',
        revision: this.revision,
      },
      input.now,
    );
    return input.heedsReviews && !input.isInFlight ? withReviews(answer, this.reviews, input.now) : answer;
  }
}
