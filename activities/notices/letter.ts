import type { Scale } from '../../domain/analysis/scale.ts';

/** A mail before it is rendered: what it says and in which order, once for its HTML and its text part. Plain text only. */
export interface Letter {
  subject: string;
  /** What a mailbox shows beside the subject. */
  preheader: string;
  /** Paragraphs; the first says what happened or what is asked. */
  opening: string[];
  /** The one button. `introduction` stands before the bare address in the text part. */
  button?: { label: string; introduction: string; url: string };
  sections: LetterSection[];
  /** Small print: why the reader gets this. */
  closing: string[];
  /** Further addresses, all ours, each with its sentence. */
  links: { sentence: string; url: string }[];
}

export type LetterSection =
  | { kind: 'facts'; rows: { label: string; value: string }[] }
  /** `more` says what was left out. */
  | { kind: 'list'; title: string; items: string[]; more?: string }
  /** A drawing that is made of cells: mail fetches nothing, and its programs drop what is drawn by script or style alone. */
  | { kind: 'scale'; title: string; scale: Scale };

/** The longest piece of foreign text that a mail repeats, in characters. */
export const longestPiece = 300;
