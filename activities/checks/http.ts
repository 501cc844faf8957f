import type { HttpCheck } from '../../domain/policy/check.schema.ts';
import { durationMs } from '../../domain/policy/duration.ts';
import { GantryError } from '../../platform/errors.ts';
import { createMask } from '../../platform/mask.ts';
import { namedTarget, type Outgoing, type OutgoingAnswer } from '../../platform/outgoing.ts';
import { resolveSecrets } from '../../platform/secret-values.ts';
import { fill } from '../facts.ts';
import type { Checker, CheckReading } from './port.ts';

/** No call takes longer, whatever the check's time-out (trust §5.1.6). */
const LONGEST_CALL_MS = 10_000;

/** Asks an address and compares status and text of the answer. */
export const httpCheck =
  (outgoing: Outgoing): Checker<HttpCheck> =>
  async ({ check, facts }, waiting) => {
    const headers = resolveSecrets(check.headers);
    const mask = createMask(headers.secrets);
    try {
      const answer = await outgoing({
        url: fill(check.url, facts),
        method: check.method,
        headers: headers.texts,
        ...(check.body === undefined ? {} : { body: fill(check.body, facts) }),
        allow: namedTarget(check.url),
        timeLimitMs: Math.min(durationMs(check.timeout), LONGEST_CALL_MS),
        // one who expects a redirect wants to see it
        ...(check.expect.status >= 300 && check.expect.status < 400 ? { redirects: 0 } : {}),
        ...(waiting.cancel ? { signal: waiting.cancel } : {}),
      });
      return { ...judge(check, answer), stdout: mask(answer.text), stderr: '' };
    } catch (error) {
      if (!(error instanceof GantryError)) throw error;
      const again = error.code === 'TARGET_UNREACHABLE';
      return {
        outcome: 'error',
        summary: mask(error.message),
        again,
        stdout: '',
        stderr: mask(`${error.message}\n${error.problem.remedy}\n`),
      };
    }
  };

function judge(
  check: HttpCheck,
  answer: OutgoingAnswer,
): Pick<CheckReading, 'outcome' | 'summary' | 'again'> {
  const { status, contains } = check.expect;
  if (answer.status !== status) {
    const isLoop = answer.status >= 300 && answer.status < 400;
    return {
      outcome: 'failed',
      summary: `answered ${answer.status}, expected ${status}${isLoop ? ': it leads on too often' : ''}`,
      again: false,
    };
  }
  if (contains === undefined || answer.text.includes(contains)) {
    return {
      outcome: 'passed',
      summary: `answered ${status}${contains === undefined ? '' : ' with the expected text'}`,
      again: false,
    };
  }
  return answer.isCut
    ? {
        outcome: 'inconclusive',
        summary: 'the first 1 MiB of the answer lacks the expected text; the rest was not read',
        again: false,
      }
    : {
        outcome: 'failed',
        summary: `answered ${status} without the expected text: what it said is kept`,
        again: false,
      };
}
