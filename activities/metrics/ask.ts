import { createMask } from '../../platform/mask.ts';
import { GantryError } from '../../platform/errors.ts';
import { namedTarget, type Outgoing } from '../../platform/outgoing.ts';
import { oneLine } from '../../platform/plain-text.ts';
import { resolveSecrets } from '../../platform/secret-values.ts';
import { parseJson } from '../json-pointer.ts';
import type { Question } from './port.ts';

export type Answered = { ok: true; document: unknown } | { ok: false; because: string };

/** Asks an address of gantry.yaml for JSON. `url` is the filled address, on the host that the metric's own `url` names. */
export async function askJson(outgoing: Outgoing, question: Question, url: string): Promise<Answered> {
  try {
    const headers = resolveSecrets(question.metric.headers);
    const mask = createMask(headers.secrets);
    const allow = namedTarget(question.metric.url);
    const answer = await outgoing({
      url,
      headers: { accept: 'application/json', ...headers.texts },
      allow,
      signal: question.signal,
    });
    const document = answer.isCut ? undefined : parseJson(answer.text);
    if (answer.status !== 200) {
      return { ok: false, because: mask(`the source answers with ${answer.status}${saidBy(document)}`) };
    }
    return document === undefined ? { ok: false, because: 'the answer is not JSON' } : { ok: true, document };
  } catch (error) {
    if (error instanceof GantryError) return { ok: false, because: error.message };
    throw error;
  }
}

/** Prometheus and many others explain a refusal in the field `error`. */
function saidBy(document: unknown): string {
  const said =
    typeof document === 'object' && document !== null
      ? (document as Record<string, unknown>)['error']
      : undefined;
  return typeof said === 'string' ? `: ${oneLine(said, 200)}` : '';
}
