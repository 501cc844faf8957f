/**
 * Why nobody could tell by the samples of a PromQL query how old they are, in words that end a sentence; undefined where one can.
 * A server repeats the last value of a series that has stopped for up to five minutes, so `compare` asks for the time of each
 * sample and leaves old ones out. That cannot be asked of a query that looks at another time, of a number, which has no time, or
 * of several names at once, whose times could not be told apart.
 */
export function whyAgeless(query: string): string | undefined {
  const code = withoutTexts(query);
  if (offset.test(code)) return 'looks at another time (`offset`)';
  if (code.includes('@')) return 'looks at another time (`@`)';
  if (severalNames.test(code)) return 'asks for several names at once (`__name__`)';
  return isScalar(code) ? 'yields a number without a time' : undefined;
}

/** Not a label of that name in a list or a matcher, nor a metric of it. */
const offset = /\boffset\b(?!\s*(?:[),{[]|=|!|$))/i;
const severalNames = /__name__\s*(?:=~|!~|!=)/;

/** Texts emptied and comments gone: what stands in them is no part of the query's form. */
const withoutTexts = (query: string): string =>
  query.replace(/"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'|`[^`]*`|#[^\n]*/g, (part) =>
    part.startsWith('#') ? '' : '""',
  );

/** Whether nothing but numbers, `scalar(…)`, `time()` and signs is in it. */
const isScalar = (code: string): boolean =>
  /^[\s()+\-*/%^<>=!]*$/.test(
    withoutCalls(code, 'scalar')
      .replace(/\b(?:time|pi)\s*\(\s*\)/gi, '')
      .replace(/\b(?:bool|atan2|inf|nan)\b/gi, '')
      .replace(/(?<![\w:.])(?:0x[\da-f]+|(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?)(?![\w:.])/gi, ''),
  );

/** The code without every call of a function, arguments and all. */
function withoutCalls(code: string, name: string): string {
  const call = new RegExp(`\\b${name}\\s*\\(`, 'i').exec(code);
  if (!call) return code;
  let depth = 1;
  let end = call.index + call[0].length;
  for (; end < code.length && depth > 0; end += 1)
    depth += code[end] === '(' ? 1 : code[end] === ')' ? -1 : 0;
  return withoutCalls(`${code.slice(0, call.index)} ${code.slice(end)}`, name);
}
