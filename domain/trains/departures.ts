import { spansOf } from '../calendar/occurrences.ts';
import type { TrainDefinition } from './model.ts';

const day = 86_400_000;

/** Departures of the rhythm after an instant, epoch milliseconds, earliest first, as far as is looked ahead. */
export function departuresAfter({ id, departure }: TrainDefinition, after: number): number[] {
  const rule = {
    id,
    kind: 'window' as const,
    scope: { services: [], environments: [], labels: [] },
    origin: 'policy' as const,
    revision: 1,
    zone: departure.zone,
    start: departure.start,
    rrule: departure.rrule,
    duration: '1m',
  };
  return spansOf(rule, after, after + 400 * day)
    .map(({ start }) => start)
    .filter((start) => start > after);
}
