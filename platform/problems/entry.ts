import { withStop } from '../../domain/full-stop.ts';

/** Facts that an entry's sentence is made of. */
export type ProblemContext = Record<string, string | number | undefined>;

/** One entry of the catalogue: what people read, wherever the problem shows. */
export interface CatalogueEntry {
  title: string;
  /** What happened; it reads well without any fact, too, for that is how the reference shows it. */
  message: (context: ProblemContext) => string;
  remedy: string | ((context: ProblemContext) => string);
  status: number;
  /** Whether the same request may succeed later without a change of it. */
  retryable: boolean;
}

/** ` "shop"`, or nothing: stands behind a noun. */
export const quoted = (fact: string | number | undefined): string => (fact === undefined ? '' : ` "${fact}"`);

/** ` 8640`, or nothing: stands behind a noun. */
export const after = (fact: string | number | undefined): string => (fact === undefined ? '' : ` ${fact}`);

/** The sentence, with the detail of the case behind a colon where there is one. */
export function stated(sentence: string, detail?: string | number): string {
  if (detail === undefined || detail === '') return `${sentence}.`;
  return `${sentence}: ${withStop(String(detail).trim())}`;
}
