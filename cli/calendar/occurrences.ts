import { markText } from '../../domain/calendar/mark-words.ts';
import type { OccurrenceMark } from '../../domain/calendar/model.ts';
import type { Output } from '../output.ts';

/** One time of a window or freeze, as the API tells it; without `end` it has none. */
export interface OccurrenceAnswer {
  start: string;
  end?: string;
  marks: OccurrenceMark[];
}

/** What a rule would be that nobody has saved. */
export interface PreviewAnswer {
  about: string;
  when: string;
  zone: string;
  occurrences: OccurrenceAnswer[];
}

export const occurrenceLine = (output: Output, { start, end, marks }: OccurrenceAnswer): string =>
  `  ${output.time(start)} – ${end === undefined ? 'without end' : output.time(end)}${markText(marks)}`;
