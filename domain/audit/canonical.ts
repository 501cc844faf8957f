import canonicalizeModule from 'canonicalize';

/** A CommonJS module whose types promise an ES one: Node hands out the function itself. */
const canonicalize = canonicalizeModule as unknown as (value: unknown) => string;

const MAX_DEPTH = 64;

/** A value that has no canonical form: `path` says where (`facts.steps[2]`), the message why. */
export class CanonicalError extends Error {
  readonly path: string;

  constructor(path: string, because: string) {
    super(`${path === '' ? 'the value' : path} ${because}`);
    this.name = 'CanonicalError';
    this.path = path;
  }
}

/**
 * RFC 8785 text of a value, with a narrower input (trust §3.1): plain objects, lists, text without lone surrogates, booleans,
 * null and safe integers. What would not survive parsing and writing is refused, never repaired, so that a hash has one meaning.
 * @throws CanonicalError naming the place
 */
export function canonicalText(value: unknown): string {
  refuseAnythingElse(value, '', 0);
  return canonicalize(value);
}

function refuseAnythingElse(value: unknown, path: string, depth: number): void {
  if (depth > MAX_DEPTH) throw new CanonicalError(path, `is nested deeper than ${MAX_DEPTH}`);
  if (typeof value === 'string') refuseLoneSurrogates(value, path);
  else if (typeof value === 'number') refuseUnsafeNumber(value, path);
  else if (typeof value === 'object' && value !== null) refuseInside(value, path, depth);
  else if (typeof value !== 'boolean' && value !== null) {
    throw new CanonicalError(path, `is ${value === undefined ? 'undefined' : `a ${typeof value}`}`);
  }
}

function refuseInside(value: object, path: string, depth: number): void {
  if (Array.isArray(value)) {
    // By index, because a hole is skipped by every other loop, and would become null in the text.
    for (let index = 0; index < value.length; index += 1)
      refuseAnythingElse(value[index], `${path}[${index}]`, depth + 1);
    return;
  }
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null)
    throw new CanonicalError(path, 'is not a plain object');
  for (const [name, item] of Object.entries(value)) {
    const place = path === '' ? name : `${path}.${name}`;
    refuseLoneSurrogates(name, place);
    refuseAnythingElse(item, place, depth + 1);
  }
}

function refuseUnsafeNumber(value: number, path: string): void {
  if (!Number.isSafeInteger(value))
    throw new CanonicalError(path, `is ${value}, not a safe integer: write decimals as text`);
  if (Object.is(value, -0)) throw new CanonicalError(path, 'is minus zero');
}

function refuseLoneSurrogates(text: string, path: string): void {
  if (/\p{Surrogate}/u.test(text)) throw new CanonicalError(path, 'holds half a character');
}
