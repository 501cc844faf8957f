import { plainText } from './plain-text.ts';

const GAP = '  ';
/** The last column explains; with less room than this beside the others it gets lines of its own below them. */
const NARROWEST_LAST_COLUMN = 24;
const BELOW = ' '.repeat(4);

/**
 * Rows for a person, headers first: aligned, and the last column, which explains, wrapped rather than cut where a line would not fit
 * into `width` columns. A row may be several lines.
 */
export function alignedTable(
  headers: readonly string[],
  rows: readonly (readonly string[])[],
  width: number,
): string[] {
  const cells = [headers, ...rows].map((row) => row.map(plainText));
  const last = headers.length - 1;
  const widths = headers.map((_, column) => Math.max(...cells.map((row) => (row[column] ?? '').length)));
  const before = widths.slice(0, last).reduce((sum, column) => sum + column + GAP.length, 0);
  const longest = widths[last] ?? 0;
  const isBeside = width - before >= Math.min(longest, NARROWEST_LAST_COLUMN);
  return cells.map((row) => {
    const first = row
      .slice(0, last)
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join(GAP);
    const explained = wrapped(row[last] ?? '', isBeside ? width - before : width - BELOW.length);
    if (!isBeside) return [first, ...explained.map((line) => `${BELOW}${line}`)].map(trimmed).join('\n');
    const [beside = '', ...below] = explained;
    const start = last === 0 ? beside : `${first}${GAP}${beside}`;
    return [start, ...below.map((line) => `${' '.repeat(before)}${line}`)].map(trimmed).join('\n');
  });
}

const trimmed = (line: string): string => line.trimEnd();

/** A text in lines of at most `room`, broken between words; a word that is longer stands alone, whole, so that it can be copied. */
function wrapped(text: string, room: number): string[] {
  const lines: string[] = [];
  for (const word of text.split(' ').filter((one) => one !== '')) {
    const line = lines.at(-1);
    if (line !== undefined && line.length + 1 + word.length <= room)
      lines[lines.length - 1] = `${line} ${word}`;
    else lines.push(word);
  }
  return lines;
}

/** Rows for a program: separated by tabs, nothing cut, no header. */
export const tabbedTable = (rows: readonly (readonly string[])[]): string[] =>
  rows.map((row) => row.map(plainText).join('\t'));
