/**
 * One line of plain text from text that strangers may have written: without control characters, line breaks and
 * bidirectional overrides (U+202A–202E, U+2066–2069), which could rewrite what stands around it (trust §5.2). At most
 * `max` characters, the last one `…` when something was cut.
 */
export function oneLine(text: string, max = 300): string {
  const line = text
    .replaceAll(/[\p{Cc}\u2028\u2029]+/gu, ' ')
    .replaceAll(/[\u200e\u200f\u061c\u202a-\u202e\u2066-\u2069\ufeff]/gu, '')
    .replaceAll(/\s+/gu, ' ')
    .trim();
  const characters = Array.from(line);
  return characters.length <= max
    ? line
    : `${characters
        .slice(0, max - 1)
        .join('')
        .trimEnd()}…`;
}

/**
 * Text of several lines without what a terminal or a page would obey instead of show: control characters other than
 * line feed and tab, and bidirectional overrides.
 */
export const withoutControls = (text: string): string =>
  text
    .replaceAll('\r\n', '\n')
    .replaceAll(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/gu, '')
    .replaceAll(/[\u200e\u200f\u061c\u202a-\u202e\u2066-\u2069\ufeff]/gu, '');

/** Keeps mail programs from making a link of an address that somebody put into a commit title or a comment. */
export const withoutLinks = (text: string): string =>
  text.replaceAll('://', '[:]//').replaceAll(/\bwww\./gi, 'www[.]');
