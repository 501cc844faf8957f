/**
 * The one edge where facts become fit for hashing (trust §3.1): a decimal becomes its shortest decimal text, a number that
 * is none becomes `"NaN"` or `"Infinity"`, what is undefined is left out, and text loses NUL and lone surrogates, which
 * PostgreSQL could not store as they were hashed.
 */
export function canonicalFacts(value: unknown): unknown {
  switch (typeof value) {
    case 'number':
      return Number.isSafeInteger(value) && !Object.is(value, -0) ? value : String(value);
    case 'string':
      return cleanText(value);
    case 'bigint':
      return value.toString();
    case 'boolean':
      return value;
    case 'object':
      return objectFacts(value);
    default:
      return undefined;
  }
}

function objectFacts(value: object | null): unknown {
  if (value === null) return null;
  if (value instanceof Date) return value.toISOString();
  if (Array.isArray(value)) return value.map((item) => canonicalFacts(item) ?? null);
  const pairs = Object.entries(value).map(([name, item]) => [cleanText(name), canonicalFacts(item)] as const);
  return Object.fromEntries(pairs.filter(([, item]) => item !== undefined));
}

/** UTF-8 has no lone surrogates: writing and reading puts U+FFFD in their place. */
export const cleanText = (text: string): string =>
  Buffer.from(text, 'utf8').toString('utf8').replaceAll('\0', '');
