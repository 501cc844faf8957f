const longest = 100;
const mostRepetitions = 6;
const mostWithoutEnd = 3;
const repetition = /[*+?]|\{\d+(?:,\d*)?\}/;
/** `(\.\d+)` and the like: each round begins with a sign that nothing in it can be. */
const separated = /\((?:\?:)?(?:\\\.|-)(?:\\d|\[(?:[0-9A-Za-z](?:-[0-9A-Za-z])?)+\])[*+]?\)/g;

/**
 * Why a regular expression may take for ever over a text that it does not match: expressions are tried with all ways to divide a text, and these
 * multiply where what is repeated repeats, too. Undefined where the ways stay few. It refuses rather too much.
 */
export function whySlow(pattern: string): string | undefined {
  if (pattern.length > longest) return `it has ${pattern.length} characters, and may have ${longest}`;
  if (/\\[1-9k]|\(\?(?!:)/.test(pattern)) return 'it looks back or ahead';
  // classes and escaped signs are one sign each
  const plain = pattern
    .replaceAll(separated, 'x')
    .replaceAll(/\\./gs, 'x')
    .replaceAll(/\[[^\]]*\]/g, 'x')
    .replaceAll('(?:', '(');
  if (repeatsChoice(plain)) return 'it repeats a group that repeats or chooses in itself';
  const all = plain.match(new RegExp(repetition, 'g')) ?? [];
  const withoutEnd = all.filter((one) => /^[*+]|,\}$/.test(one));
  return all.length > mostRepetitions || withoutEnd.length > mostWithoutEnd
    ? `it repeats ${all.length} times, ${withoutEnd.length} of them without end; at most ${mostRepetitions} and ${mostWithoutEnd} may be`
    : undefined;
}

/** Whether some group with a repetition or a choice in it is repeated itself; once or not at all is no repetition. */
function repeatsChoice(plain: string): boolean {
  const open: number[] = [];
  for (const { 0: sign, index: at } of plain.matchAll(/[()]/g)) {
    if (sign === '(') {
      open.push(at);
      continue;
    }
    const inner = plain.slice((open.pop() ?? 0) + 1, at);
    if (/^[*+{]/.test(plain.slice(at + 1)) && (repetition.test(inner) || inner.includes('|'))) return true;
  }
  return false;
}
