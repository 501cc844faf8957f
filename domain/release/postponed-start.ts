import type { PostponementView } from './release.ts';

/** When a stage is expected to be deployed; instants. */
export interface Expected {
  start: string;
  end: string;
  /** It is postponed: the calendar is asked when that ends, and says no earlier time than this. */
  isEarliest?: true;
}

/** When the last postponement ends that nobody has lifted; undefined where there is none. It may have passed. */
export const postponedUntil = (postponements: readonly PostponementView[] | undefined): string | undefined =>
  (postponements ?? [])
    .flatMap(({ until, lifted }) => (lifted ? [] : [until]))
    .sort((a, b) => Date.parse(a) - Date.parse(b))
    .at(-1);

/** What the calendar expected, as long as then, and not before its postponement ends. */
export function notBefore(predicted: { start: string; end: string }, until: string | undefined): Expected {
  const late = until === undefined ? 0 : Date.parse(until) - Date.parse(predicted.start);
  if (until === undefined || !(late > 0)) return predicted;
  const end = new Date(Date.parse(predicted.end) + late).toISOString();
  return { start: until, end, isEarliest: true };
}
