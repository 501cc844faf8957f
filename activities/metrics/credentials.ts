import { X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { Metric } from '../../domain/policy/metric.schema.ts';
import { messageOf } from '../../platform/errors.ts';
import { resolveSecrets } from '../../platform/secret-values.ts';

/** Headers to send, `authorization` among them where the metric has `auth`, and the secrets in them, to be masked. */
export function headersFor(
  { headers, auth }: Pick<Metric, 'headers' | 'auth'>,
  environment: NodeJS.ProcessEnv = process.env,
): { texts: Record<string, string>; secrets: Record<string, string> } {
  const own = resolveSecrets(headers, environment);
  const reference = auth?.bearer ?? auth?.basic?.password;
  if (auth === undefined || reference === undefined) return own;
  const { texts, secrets } = resolveSecrets({ secret: reference }, environment);
  const secret = texts['secret'] ?? '';
  const authorization = auth.basic
    ? `Basic ${Buffer.from(`${auth.basic.user}:${secret}`).toString('base64')}`
    : `Bearer ${secret}`;
  return { texts: { ...own.texts, authorization }, secrets: { ...own.secrets, ...secrets } };
}

const CERTIFICATE = /-----BEGIN CERTIFICATE-----[\s\S]+?-----END CERTIFICATE-----/g;

/**
 * The certificates of a file, looked at before anything is sent: it must be readable, hold at least one, and each must be one
 * that may sign others and is valid at `now`. Otherwise a sentence that names the file.
 */
export async function readAuthorities(
  file: string,
  now: Date,
): Promise<{ ok: true; pem: string } | { ok: false; because: string }> {
  const wrong = (what: string) => ({ ok: false as const, because: `the certificates of ${file} ${what}` });
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    return wrong(`cannot be read: ${messageOf(error)}`);
  }
  const found = text.match(CERTIFICATE) ?? [];
  if (found.length === 0) return wrong('are none: it holds no certificate in PEM');
  for (const pem of found) {
    let one: X509Certificate;
    try {
      one = new X509Certificate(pem);
    } catch {
      return wrong('cannot be read: one of them is damaged');
    }
    if (!one.ca) return wrong(`cannot be trusted: ${nameOf(one)} may sign no others`);
    if (new Date(one.validTo) <= now) return wrong(`cannot be trusted: ${nameOf(one)} ended ${one.validTo}`);
    if (new Date(one.validFrom) > now)
      return wrong(`cannot be trusted: ${nameOf(one)} begins ${one.validFrom}`);
  }
  return { ok: true, pem: found.join('\n') };
}

const nameOf = (one: X509Certificate): string => one.subject.replaceAll('\n', ', ');
