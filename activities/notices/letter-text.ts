import { cellsOf, type Cell } from '../../domain/analysis/scale.ts';
import { numberText } from '../../domain/analysis/number-text.ts';
import { piece, told, type Letter, type LetterSection, type Row } from './letter.ts';

const columns = 78;

/** The text part: at most 78 columns, addresses alone on their lines and unbroken, no table art. A scale is drawn of block characters. */
export function letterText(letter: Letter): string {
  const blocks = [
    ...letter.opening.map((paragraph) => wrap(told(paragraph))),
    ...(letter.button ? [[...wrap(letter.button.introduction), letter.button.url]] : []),
    ...letter.sections.map(sectionLines),
    ...letter.links.map((link) => [...wrap(link.sentence), link.url]),
    letter.closing.flatMap((sentence) => wrap(piece(sentence))),
  ];
  return `${blocks
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join('\n'))
    .join('\n\n')}\n`;
}

const valueOf = ({ value, isTold }: Row): string => (isTold ? told(value) : piece(value));

/** As many as leave the label of a row its place in one line. */
const cells = 25;
/** Of one family, so that they are of one width in letters of unequal width, too. */
const blocks: Readonly<Record<Cell, string>> = { mark: '█', band: '▒', empty: '░' };

function sectionLines(section: LetterSection): string[] {
  if (section.kind === 'facts')
    return section.rows.flatMap((row) => wrap(`${row.label}: ${valueOf(row)}`, '  '));
  if (section.kind === 'scale') {
    const { low, high, rows } = section.scale;
    return [
      ...wrap(`${piece(section.title)}, from ${numberText(low)} to ${numberText(high)}:`),
      // the drawing first: then labels stay side by side in letters of unequal width, too
      ...rows.flatMap((row) =>
        wrap(
          `${cellsOf(row, cells)
            .map((cell) => blocks[cell])
            .join('')} ${piece(row.label)}`,
          '  ',
        ),
      ),
    ];
  }
  return [
    ...wrap(`${section.title}:`),
    ...section.items.flatMap((item) => wrap(`- ${piece(item)}`, '  ')),
    ...(section.more === undefined ? [] : wrap(section.more, '  ')),
  ];
}

/** Lines of at most 78 characters; a word longer than a line is broken. Later lines begin with `indent`. */
function wrap(text: string, indent = ''): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ').flatMap((long) => pieces(long, columns - indent.length))) {
    const longer = line === '' ? (lines.length > 0 ? indent : '') + word : `${line} ${word}`;
    if (line !== '' && longer.length > columns) {
      lines.push(line);
      line = indent + word;
    } else {
      line = longer;
    }
  }
  return line === '' ? lines : [...lines, line];
}

function pieces(word: string, size: number): string[] {
  const found: string[] = [];
  for (let at = 0; at < word.length; at += size) found.push(word.slice(at, at + size));
  return found;
}
