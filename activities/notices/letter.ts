import type { Scale } from '../../domain/analysis/scale.ts';
import { oneLine, withoutLinks } from '../../platform/plain-text.ts';

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

/** `isTold`: the value is a sentence of Gantry, as those of the opening are. */
export interface Row {
  label: string;
  value: string;
  isTold?: true;
}

export type LetterSection =
  | { kind: 'facts'; rows: Row[] }
  /** `more` says what was left out. */
  | { kind: 'list'; title: string; items: string[]; more?: string }
  /** A drawing that is made of cells: mail fetches nothing, and its programs drop what is drawn by script or style alone. */
  | { kind: 'scale'; title: string; scale: Scale };

/** The longest piece of foreign text that a mail repeats, in characters. */
const longestPiece = 300;
/** The longest sentence that Gantry itself says in a mail; it may repeat foreign text in its middle. */
const longestSentence = 1_000;
/** Of what is longer than that, so much of the end stays: what people are to do stands there. */
const keptEnd = 400;

/** Foreign text as mail repeats it. */
export const piece = (text: string): string => withoutLinks(oneLine(text, longestPiece));

/** What Gantry says, as mail has it: too long, it loses its middle, never what happened at its beginning or what to do at its end. */
export function told(text: string): string {
  const line = oneLine(text, Infinity);
  const characters = Array.from(line);
  if (characters.length <= longestSentence) return withoutLinks(line);
  const end = characters.slice(-keptEnd).join('').trimStart();
  return withoutLinks(`${oneLine(line, longestSentence - keptEnd)} ${end}`);
}
