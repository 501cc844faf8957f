import type { Policy } from '../policy/policy.schema.ts';
import type { PolicyMistake } from '../policy/problem.ts';
import type { Case, Cases } from './cases.schema.ts';
import { differences } from './compare.ts';
import { evaluatePolicy, type Evaluation, type Means } from './evaluate.ts';

export interface CaseResult {
  name: string;
  passed: boolean;
  /** One sentence for each difference. */
  differences: string[];
  evaluation: Evaluation;
}

/** Runs every case against a policy. A case that cannot be run is a mistake at its place, and then there is no result of any. */
export function runCases(
  policy: Policy,
  file: Pick<Cases, 'service' | 'stage' | 'cases'>,
  means: Means,
): { results: CaseResult[]; problems: PolicyMistake[] } {
  const results: CaseResult[] = [];
  const problems: PolicyMistake[] = [];
  for (const [index, one] of file.cases.entries()) {
    const { service = file.service, stage = file.stage } = one;
    problems.push(...unnamed(index, { service, stage }));
    if (service === undefined || stage === undefined) continue;
    const asked = { service, stage, facts: one.given };
    const { evaluation, misfits } = evaluatePolicy(policy, asked, means);
    problems.push(
      ...misfits.map(({ path, detail, remedy }): PolicyMistake => ({
        path: placeOf(one, index, path),
        code: 'POLICY_REFERENCE_UNKNOWN',
        detail,
        remedy,
      })),
    );
    if (!evaluation) continue;
    const found = differences(one.expect, evaluation);
    results.push({ name: one.name, passed: found.length === 0, differences: found, evaluation });
  }
  return problems.length > 0 ? { results: [], problems } : { results, problems };
}

/** `service` and `stage` may stand in the case, or once at the top of the file; facts stand under `given`. */
function placeOf(one: Case, index: number, path: readonly (string | number)[]): (string | number)[] {
  const [first, ...rest] = path;
  if (first === 'facts') return ['cases', index, 'given', ...rest];
  const isOwn =
    (first === 'service' && one.service !== undefined) || (first === 'stage' && one.stage !== undefined);
  return isOwn ? ['cases', index, ...path] : [...path];
}

const unnamed = (
  index: number,
  names: Readonly<Record<'service' | 'stage', string | undefined>>,
): PolicyMistake[] =>
  (['service', 'stage'] as const)
    .filter((name) => names[name] === undefined)
    .map((name) => ({
      path: ['cases', index, name],
      code: 'POLICY_FIELD_MISSING' as const,
      detail: `This case names no ${name}.`,
      remedy: `Add \`${name}\` to it, or once at the top of the file.`,
    }));
