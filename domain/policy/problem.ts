import { distance } from 'fastest-levenshtein';
import type { ProblemCode } from '../problem-code.ts';

/** Keys and indexes from the root of gantry.yaml to the place that a problem is about. */
export type PolicyPath = readonly (string | number)[];

/** One mistake: where, what is wrong, and what to write instead. Both are sentences for people. */
export interface PolicyMistake {
  path: (string | number)[];
  code: ProblemCode;
  detail: string;
  remedy: string;
}

/** The path as people write it: `pipelines.web[1].deploy.steps[0].weight`. */
export function pathText(path: PolicyPath): string {
  return path
    .map((part, index) => {
      if (typeof part === 'number') return `[${part}]`;
      if (!/^[A-Za-z_][A-Za-z0-9_-]*$/.test(part)) return `[${JSON.stringify(part)}]`;
      return index === 0 ? part : `.${part}`;
    })
    .join('');
}

/** The candidate that a mistyped word most likely means; undefined where none is close. */
export function nearest(word: string, candidates: Iterable<string>): string | undefined {
  let best: { candidate: string; edits: number } | undefined;
  for (const candidate of candidates) {
    const edits = distance(word.toLowerCase(), candidate.toLowerCase());
    if (!best || edits < best.edits) best = { candidate, edits };
  }
  const tolerated = Math.max(1, Math.floor(word.length / 3));
  return best && best.edits <= tolerated ? best.candidate : undefined;
}

/** "Did you mean `web`?", else what there is to choose from. `none` says what to do where there is nothing. */
export function suggestion(word: string, candidates: Iterable<string>, none: string): string {
  const choices = [...new Set(candidates)];
  const near = nearest(word, choices);
  if (near !== undefined) return `Did you mean \`${near}\`?`;
  if (choices.length === 0) return none;
  const shown = choices.slice(0, 12).join(', ');
  return `Write one of: ${shown}${choices.length > 12 ? ', …' : ''}.`;
}
