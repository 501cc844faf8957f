import { plainText } from './plain-text.ts';

const GAP = '  ';
const NARROWEST_LAST_COLUMN = 10;

/** Rows for a person: aligned, the last column cut with "…" where the line would not fit into `width` columns. */
export function alignedTable(
  headers: readonly string[],
  rows: readonly (readonly string[])[],
  width: number,
): string[] {
  const lines = [headers, ...rows].map((row) => row.map(plainText));
  const last = headers.length - 1;
  const widths = headers.map((_, column) => Math.max(...lines.map((line) => (line[column] ?? '').length)));
  const before = widths.slice(0, last).reduce((sum, column) => sum + column + GAP.length, 0);
  const room = Math.max(NARROWEST_LAST_COLUMN, width - before);
  return lines.map((line) =>
    line
      .map((cell, column) => (column === last ? cut(cell, room) : cell.padEnd(widths[column] ?? 0)))
      .join(GAP)
      .trimEnd(),
  );
}

/** Rows for a program: separated by tabs, nothing cut, no header. */
export const tabbedTable = (rows: readonly (readonly string[])[]): string[] =>
  rows.map((row) => row.map(plainText).join('\t'));

const cut = (text: string, room: number): string =>
  text.length <= room ? text : `${text.slice(0, room - 1)}…`;
