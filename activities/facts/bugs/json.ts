import type { JsonBugs } from '../../../domain/policy/risk.schema.ts';
import { bugSeverities, type BugCounts, type Fact } from '../../../domain/risk/model.ts';
import { createMask } from '../../../platform/mask.ts';
import { namedTarget, type Outgoing } from '../../../platform/outgoing.ts';
import { resolveSecrets } from '../../../platform/secret-values.ts';
import { fill, type Facts } from '../../facts.ts';
import { parseJson, valueAt } from '../../json-pointer.ts';
import { measured } from '../question.ts';

/** Reads how many bugs there are of each severity from a JSON document: a number, or a list whose length counts. */
export const jsonBugs =
  (outgoing: Outgoing) =>
  async (source: JsonBugs, facts: Facts): Promise<Fact<BugCounts>> => {
    const { texts, secrets } = resolveSecrets(source.headers ?? {});
    const mask = createMask(secrets);
    const url = fill(source.url, facts);
    const answer = await outgoing({
      url,
      headers: { accept: 'application/json', ...texts },
      allow: namedTarget(source.url),
    });
    const host = new URL(url).host;
    if (answer.status !== 200)
      return { kind: 'unknown', because: mask(`${host} answers with ${answer.status} for known bugs.`) };
    const document = answer.isCut ? undefined : parseJson(answer.text);
    if (document === undefined) return { kind: 'unknown', because: `what ${host} answers is not JSON.` };
    const counts: BugCounts = { blocker: 0, major: 0, minor: 0 };
    const evidence: string[] = [];
    for (const severity of bugSeverities) {
      const pointer = source.pointers[severity];
      if (pointer === undefined) continue;
      const value = valueAt(document, pointer);
      const count = Array.isArray(value) ? value.length : value;
      if (typeof count !== 'number' || !Number.isInteger(count) || count < 0)
        return {
          kind: 'unknown',
          because: `what ${host} has at "${pointer}" is neither a number nor a list.`,
        };
      counts[severity] = count;
      if (count > 0) evidence.push(`${severity}: ${count} at ${host}`);
    }
    return measured(counts, evidence);
  };
