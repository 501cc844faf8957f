import { oneLine } from '../platform/plain-text.ts';

const ESCAPE_SEQUENCE = /\u001b(?:\[[0-?]*[ -/]*[@-~]|\][^\u0007\u001b]*(?:\u0007|\u001b\\)?|[@-_])/gu;

/** Text of people, commits or checks as one line that no terminal takes for commands: escape sequences go as a whole. */
export const plainText = (text: string): string => oneLine(text.replace(ESCAPE_SEQUENCE, ''), Infinity);

/** Like {@link plainText} for text of several lines. */
export const plainLines = (text: string): string[] =>
  text.split(/\r\n|[\n\r\u0085\u2028\u2029]/u).map(plainText);
