import canonicalizeModule from 'canonicalize';
import { sha256 } from '../ids.ts';

/** A CommonJS module whose types promise an ES one: Node hands out the function itself. */
const canonicalize = canonicalizeModule as unknown as (value: unknown) => string | undefined;

const label = 'gantry/chain/v1\n';

/** The hash before the first entry: of the installation for the log as a whole, of the release for its own chain (trust §3.2). */
export const chainStart = (id: string): string => sha256(label + id);

/** SHA-256 of a zero byte and the canonical body: the leaf form of RFC 9162. */
export const leafOf = (body: string): string => sha256(`\0${body}`);

/** The head after an entry: the head before it and its leaf, both as lower-case hexadecimal text. */
export const nextHead = (head: string, leaf: string): string => sha256(label + head + leaf);

/** RFC 8785 text of a value that holds only what `canonicalFacts` lets through. */
export function canonicalText(value: object): string {
  const text = canonicalize(value);
  if (text === undefined) throw new Error('a value without a canonical form');
  return text;
}
