import { randomBytes } from 'node:crypto';
import { crc32 } from 'node:zlib';
import { sha256 } from './ids.ts';

/** A token in its two forms: `text` is shown once, `hash` is what the record keeps. */
export interface AccessToken {
  id: string;
  text: string;
  hash: string;
}

const shape = /^gantry_([0-9a-f]{16})_([A-Za-z0-9_-]{43})([0-9a-f]{8})$/;

/** A new token with a secret of 256 bits. A fast hash is right for so much entropy (trust §4.1). */
export function newAccessToken(random: (bytes: number) => Buffer = randomBytes): AccessToken {
  const id = random(8).toString('hex');
  const unchecked = `gantry_${id}_${random(32).toString('base64url')}`;
  const text = unchecked + checksum(unchecked);
  return { id, text, hash: sha256(text) };
}

/** Id and hash of a well-formed token; a mistyped or invented one is refused here, without asking the database. */
export function readAccessToken(text: string): { id: string; hash: string } | undefined {
  const id = shape.exec(text)?.[1];
  if (id === undefined || checksum(text.slice(0, -8)) !== text.slice(-8)) return undefined;
  return { id, hash: sha256(text) };
}

/** The checksum lets secret scanners tell a leaked token from a text that only looks like one. */
const checksum = (text: string): string => crc32(text).toString(16).padStart(8, '0');
