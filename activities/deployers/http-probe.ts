import type { HttpProbe } from '../../domain/policy/http-probe.schema.ts';
import type { Reading } from '../../domain/rollout/drift.ts';
import type { Waiting } from '../../platform/command/run-command.ts';
import { GantryError } from '../../platform/errors.ts';
import { createMask } from '../../platform/mask.ts';
import { namedTarget, type Outgoing } from '../../platform/outgoing.ts';
import { oneLine } from '../../platform/plain-text.ts';
import { resolveSecrets } from '../../platform/secret-values.ts';
import { fill, type Facts } from '../facts.ts';
import { parseJson, valueAt } from '../json-pointer.ts';

/** Asks an address which version runs. A plain 404 says that nothing does; whatever else names none cannot tell. */
export async function probeOverHttp(
  outgoing: Outgoing,
  probe: HttpProbe | undefined,
  facts: Facts,
  waiting: Waiting,
): Promise<Reading> {
  if (probe === undefined) return { kind: 'unknown', because: 'its deployer has no `probe` to ask' };
  const headers = resolveSecrets(probe.headers ?? {});
  const mask = createMask(headers.secrets);
  const unknown = (because: string): Reading => ({ kind: 'unknown', because: mask(because) });
  try {
    const answer = await outgoing({
      url: fill(probe.url, facts),
      headers: headers.texts,
      allow: namedTarget(probe.url),
      ...(waiting.cancel ? { signal: waiting.cancel } : {}),
    });
    if (answer.status === 404) return { kind: 'nothing', because: 'its probe answers with 404' };
    if (answer.status !== 200)
      return unknown(`its probe answers with ${answer.status}: look whether \`probe\` is right`);
    const body = parseJson(answer.text);
    const version = textAt(body, probe.version ?? '/version', mask);
    const digest = probe.digest === undefined ? undefined : textAt(body, probe.digest, mask);
    if (version === undefined && digest === undefined)
      return unknown(`its probe has no text at ${probe.version ?? '/version'}: look at what answers there`);
    return {
      kind: 'runs',
      ...(version === undefined ? {} : { version }),
      ...(digest === undefined ? {} : { digest }),
      because: `its probe says ${version ?? digest ?? ''}`,
    };
  } catch (error) {
    if (error instanceof GantryError) return unknown(`${error.message} ${error.problem.remedy}`);
    throw error;
  }
}

function textAt(body: unknown, pointer: string, mask: (text: string) => string): string | undefined {
  const value = valueAt(body, pointer);
  return typeof value === 'string' && value.trim() !== '' ? oneLine(mask(value), 100) : undefined;
}
