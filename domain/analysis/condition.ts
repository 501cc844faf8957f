/** A condition of a metric, ready to be asked. `text` is how it is shown, with even spaces. */
export type ParsedCondition =
  { ok: true; test: (value: number) => boolean; text: string } | { ok: false; detail: string };

type Test = (value: number) => boolean;

const comparisons = new Map<string, (limit: number) => Test>([
  ['<', (limit) => (value) => value < limit],
  ['<=', (limit) => (value) => value <= limit],
  ['>', (limit) => (value) => value > limit],
  ['>=', (limit) => (value) => value >= limit],
  ['==', (limit) => (value) => value === limit],
  ['!=', (limit) => (value) => value !== limit],
]);

const TOKEN =
  /\s*(?:(&&|\|\||[()]|<=|>=|==|!=|<|>)|([+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)|([A-Za-z_]\w*)|(\S))/gy;
const MAX_LENGTH = 300;

/**
 * Reads comparisons of `value` with numbers, joined by `&&` (binds tighter) and `||`, with parentheses: nothing else, so a
 * condition can neither run code nor loop. `detail` says what was found where, for the author of gantry.yaml.
 */
export function parseCondition(text: string): ParsedCondition {
  if (text.length > MAX_LENGTH) return { ok: false, detail: `is longer than ${MAX_LENGTH} characters` };
  const reader: Reader = { tokens: tokensOf(text), next: 0 };
  try {
    const test = readEither(reader);
    const rest = reader.tokens[reader.next];
    if (rest)
      throw new Misread(
        `has "${rest.text}" at position ${rest.position} where && or || or the end was expected`,
      );
    return { ok: true, test, text: shown(reader.tokens) };
  } catch (error) {
    if (error instanceof Misread) return { ok: false, detail: error.message };
    throw error;
  }
}

interface Token {
  kind: 'sign' | 'number' | 'word' | 'other';
  text: string;
  /** Counted from 1. */
  position: number;
}
interface Reader {
  tokens: Token[];
  next: number;
}
class Misread extends Error {}

function tokensOf(text: string): Token[] {
  const tokens: Token[] = [];
  const kinds = ['sign', 'number', 'word', 'other'] as const;
  for (const match of text.matchAll(TOKEN)) {
    const group = match.slice(1).findIndex((part: string | undefined) => part !== undefined);
    const found = match[group + 1] ?? '';
    const kind = kinds[group] ?? 'other';
    tokens.push({ kind, text: found, position: match.index + match[0].length - found.length + 1 });
  }
  return tokens;
}

function readEither(reader: Reader): Test {
  let test = readBoth(reader);
  while (take(reader, '||')) {
    const [left, right] = [test, readBoth(reader)];
    test = (value) => left(value) || right(value);
  }
  return test;
}

function readBoth(reader: Reader): Test {
  let test = readOne(reader);
  while (take(reader, '&&')) {
    const [left, right] = [test, readOne(reader)];
    test = (value) => left(value) && right(value);
  }
  return test;
}

function readOne(reader: Reader): Test {
  if (take(reader, '(')) {
    const test = readEither(reader);
    if (!take(reader, ')')) expected(reader, '")"');
    return test;
  }
  if (!take(reader, 'value')) expected(reader, '"value" or "("');
  const comparison = comparisons.get(reader.tokens[reader.next]?.text ?? '');
  if (!comparison) return expected(reader, 'one of < <= > >= == !=');
  reader.next += 1;
  const limit = reader.tokens[reader.next];
  if (limit?.kind !== 'number' || !Number.isFinite(Number(limit.text))) return expected(reader, 'a number');
  reader.next += 1;
  return comparison(Number(limit.text));
}

function take(reader: Reader, text: string): boolean {
  if (reader.tokens[reader.next]?.text !== text) return false;
  reader.next += 1;
  return true;
}

function expected(reader: Reader, what: string): never {
  const found = reader.tokens[reader.next];
  throw new Misread(
    found
      ? `has "${found.text}" at position ${found.position} where ${what} was expected`
      : `ends where ${what} was expected`,
  );
}

const shown = (tokens: readonly Token[]): string =>
  tokens
    .map((token) => token.text)
    .join(' ')
    .replaceAll('( ', '(')
    .replaceAll(' )', ')');
