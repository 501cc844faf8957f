import type { Metric } from '../../domain/policy/metric.schema.ts';
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
