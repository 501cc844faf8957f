import { readAuthorities } from '../../platform/authorities.ts';
import { createMask } from '../../platform/mask.ts';
import { GantryError } from '../../platform/errors.ts';
import { namedTarget, type Outgoing } from '../../platform/outgoing.ts';
import { oneLine } from '../../platform/plain-text.ts';
import { parseJson } from '../json-pointer.ts';
import { headersFor } from './credentials.ts';
import type { Question } from './port.ts';

export type Answered = { ok: true; document: unknown } | { ok: false; because: string };

/** Asks an address of gantry.yaml for JSON. `url` is the filled address, on the host that the metric's own `url` names. */
export async function askJson(outgoing: Outgoing, question: Question, url: string): Promise<Answered> {
  const { metric } = question;
  let mask = (text: string): string => text;
  try {
    const headers = headersFor(metric);
    mask = createMask(headers.secrets);
    const allow = namedTarget(metric.url);
    const authorities = metric.ca === undefined ? undefined : await readAuthorities(metric.ca, new Date());
    if (authorities?.ok === false) return { ok: false, because: authorities.because };
    const answer = await outgoing({
      url,
      headers: { accept: 'application/json', ...headers.texts },
      allow,
      ...(authorities ? { ca: authorities.pem } : {}),
      signal: question.signal,
    });
    if (answer.isCut) return { ok: false, because: 'the answer is longer than 1 MiB: ask for less' };
    const document = parseJson(answer.text);
    if (answer.status !== 200) {
      return {
        ok: false,
        because: mask(
          `the source answers with ${statusWords(answer.status)}${saidBy(document)}${remedyFor(answer.status)}`,
        ),
      };
    }
    return document === undefined
      ? { ok: false, because: `the answer is not JSON${typed(answer.headers.get('content-type'))}` }
      : { ok: true, document };
  } catch (error) {
    if (error instanceof GantryError)
      return { ok: false, because: mask(`${error.message} ${error.problem.remedy}`) };
    throw error;
  }
}

/** What the most frequent refusals mean to whoever has to mend them. */
function statusWords(status: number): string {
  if (status === 401) return '401: it wants to know who asks, or does not believe it (auth)';
  if (status === 403) return '403: whoever asks may not read this';
  return String(status);
}

/** What to look at where the status alone does not say it. */
function remedyFor(status: number): string {
  if (status === 401 || status === 403) return '';
  if (status < 400) return '; it leads on too often: name the address where it ends (url)';
  return status < 500 ? '; is its address right (url)?' : '; look into its log';
}

/** What answers in place of a source is mostly a page for people. */
const typed = (type: string | null): string =>
  ` but ${oneLine(type ?? '', 60) || 'of no type'}: look at what answers there, such as a page to sign in`;

/** Prometheus and many others explain a refusal in the field `error`. */
function saidBy(document: unknown): string {
  const said =
    typeof document === 'object' && document !== null
      ? (document as Record<string, unknown>)['error']
      : undefined;
  return typeof said === 'string' ? `: ${oneLine(said, 200)}` : '';
}
