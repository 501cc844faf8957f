import { isSafeArgument } from '../../domain/policy/argument.ts';
import { durationMs } from '../../domain/policy/duration.ts';
import type { HttpProbe } from '../../domain/policy/http-probe.schema.ts';
import type { Reading } from '../../domain/rollout/drift.ts';
import type { Waiting } from '../../platform/command/run-command.ts';
import { GantryError } from '../../platform/errors.ts';
import { createMask, type Mask } from '../../platform/mask.ts';
import { namedTarget, type Outgoing, type OutgoingAnswer } from '../../platform/outgoing.ts';
import { oneLine } from '../../platform/plain-text.ts';
import { resolveSecrets } from '../../platform/secret-values.ts';
import { fill, type Facts } from '../facts.ts';
import { parseJson, valueAt } from '../json-pointer.ts';

const LONGEST_CALL_MS = 10_000;

/**
 * Asks an address which version runs. A plain 404 says that nothing does; whatever else names none cannot tell. It is asked
 * once, for 10 s or the `timeout` of its deployer where that is shorter.
 */
export async function probeOverHttp(
  outgoing: Outgoing,
  { probe, timeout }: { probe?: HttpProbe | undefined; timeout: string },
  facts: Facts,
  waiting: Waiting,
): Promise<Reading> {
  if (probe === undefined) return { kind: 'unknown', because: 'its deployer has no `probe` to ask' };
  const headers = resolveSecrets(probe.headers ?? {});
  const mask = createMask(headers.secrets);
  try {
    const url = fill(probe.url, facts);
    const answer = await outgoing({
      url,
      headers: headers.texts,
      allow: namedTarget(probe.url),
      timeLimitMs: Math.min(LONGEST_CALL_MS, durationMs(timeout)),
      ...(waiting.cancel ? { signal: waiting.cancel } : {}),
    });
    return readingOf(answer, { ...probe, url }, mask);
  } catch (error) {
    if (error instanceof GantryError)
      return { kind: 'unknown', because: mask(`${error.message} ${error.problem.remedy}`) };
    throw error;
  }
}

/** @param probe with the address that was asked: whoever answers elsewhere, such as a sign-in page, knows nothing of it */
function readingOf({ status, text, url }: OutgoingAnswer, probe: HttpProbe, mask: Mask): Reading {
  if (status === 404 && new URL(url).href === new URL(probe.url).href)
    return { kind: 'nothing', because: 'its probe answers with 404' };
  if (status !== 200)
    return {
      kind: 'unknown',
      because: mask(`its probe answers with ${status}: look whether \`probe\` is right`),
    };
  const body = parseJson(text);
  const pointer = probe.version ?? '/version';
  const version = textAt(body, pointer, mask);
  const digest = probe.digest === undefined ? undefined : textAt(body, probe.digest, mask);
  if (version === undefined && digest === undefined)
    return {
      kind: 'unknown',
      because: mask(`its probe has no version at ${pointer}: look at what answers there`),
    };
  return {
    kind: 'runs',
    ...(version === undefined ? {} : { version }),
    ...(digest === undefined ? {} : { digest }),
    because: `its probe says ${version ?? digest ?? ''}`,
  };
}

function textAt(body: unknown, pointer: string, mask: Mask): string | undefined {
  const value = valueAt(body, pointer);
  if (typeof value !== 'string') return undefined;
  const text = oneLine(mask(value.trim()), 100);
  return isSafeArgument(text) ? text : undefined; // an error in words is no version
}
