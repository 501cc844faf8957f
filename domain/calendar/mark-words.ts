import type { OccurrenceMark } from './model.ts';

const words: Record<OccurrenceMark, string> = {
  shifted: 'moved out of the hour that the clock skips',
  repeated: 'meets the hour that comes twice',
  vanished: 'falls out: the clock skips all of it',
};

/** ` (moved out of the hour that the clock skips)` after a time that a clock change touches, else empty (semantics §1.2). */
export const markText = (marks: readonly OccurrenceMark[]): string =>
  marks.length === 0 ? '' : ` (${marks.map((mark) => words[mark]).join('; ')})`;
