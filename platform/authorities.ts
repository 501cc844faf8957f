import { X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { messageOf } from './errors.ts';

const CERTIFICATE = /-----BEGIN CERTIFICATE-----[\s\S]+?-----END CERTIFICATE-----/g;

/**
 * The certificates of a file, looked at before anything is sent: it must be readable, hold at least one, and each must be one
 * that may sign others and is that counts at `now` must be there. One that has ended or not begun is left out, so that a successor can stand beside it.
 * Otherwise a sentence that names the file. `endsAt` is when the last of them ends.
 */
export async function readAuthorities(
  file: string,
  now: Date,
): Promise<{ ok: true; pem: string; endsAt: Date } | { ok: false; because: string }> {
  const wrong = (what: string) => ({ ok: false as const, because: `the certificates of ${file} ${what}` });
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    return wrong(`cannot be read: ${messageOf(error)}`);
  }
  const found = text.match(CERTIFICATE) ?? [];
  if (found.length === 0) return wrong('are none: it holds no certificate in PEM');
  const valid: string[] = [];
  let endsAt = new Date(0);
  let because = '';
  for (const pem of found) {
    let one: X509Certificate;
    try {
      one = new X509Certificate(pem);
    } catch {
      return wrong('cannot be read: one of them is damaged');
    }
    if (!one.ca) return wrong(`cannot be trusted: ${nameOf(one)} may sign no others`);
    const ends = new Date(one.validTo);
    if (ends <= now) because = `${nameOf(one)} ended ${one.validTo}`;
    else if (new Date(one.validFrom) > now) because = `${nameOf(one)} begins ${one.validFrom}`;
    else valid.push(pem);
    if (ends > endsAt) endsAt = ends;
  }
  if (valid.length === 0) return wrong(`cannot be trusted: ${because}`);
  return { ok: true, pem: valid.join('\n'), endsAt };
}

const nameOf = (one: X509Certificate): string => one.subject.replaceAll('\n', ', ');
