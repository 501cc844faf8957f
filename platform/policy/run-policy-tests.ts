import { dirname, resolve } from 'node:path';
import { readCases, type Cases } from '../../domain/evaluation/cases.schema.ts';
import { placeInFragment, policyAround } from '../../domain/evaluation/fragment.ts';
import { evaluable } from '../../domain/evaluation/readable.ts';
import { runCases, type CaseResult } from '../../domain/evaluation/run-cases.ts';
import type { Policy } from '../../domain/policy/policy.schema.ts';
import type { PolicyMistake } from '../../domain/policy/problem.ts';
import { problem } from '../errors.ts';
import { sha256 } from '../ids.ts';
import { openChecked, placedMistakes, type PolicyProblem } from './read-policy.ts';

export interface PolicyTestRun {
  file: string;
  /** Mistakes in the file or in the policy that it names; then nothing was run. */
  problems: PolicyProblem[];
  results: CaseResult[];
}

/** Names of a fragment's parts where the file gives none. */
const usual = { service: 'service', stage: 'production' };

/**
 * Runs the cases of one file, with nothing else at hand. `readText` reads the policy that the file names, from a path relative
 * to it; `file` is how problems call it.
 */
export async function runPolicyTests(
  { text, file, path }: { text: string; file: string; path: string },
  readText: (path: string) => Promise<string>,
): Promise<PolicyTestRun> {
  const opened = openChecked(text, file, readCases);
  const cases = opened.read?.cases;
  if (!cases || !opened.positions) return { file, problems: opened.problems, results: [] };
  const { positions } = opened;
  const names = {
    service: cases.service ?? usual.service,
    stage: cases.stage ?? cases.fragment?.stage.environment ?? usual.stage,
  };
  const source = await policyOf(cases, names, async (named) =>
    openChecked(await readText(resolve(dirname(path), named)), named, evaluable),
  );
  const unplaced = source.mistakes ?? [];
  const problems = [...(source.problems ?? []), ...placedMistakes(unplaced, file, positions)];
  if (!source.policy) return { file, problems, results: [] };
  const run = runCases(source.policy, cases.fragment ? { ...cases, ...names } : cases, {
    hash: sha256,
    tell: problem,
    zoneData: process.versions['tz'] ?? 'unknown',
  });
  return { file, problems: placedMistakes(run.problems, file, positions), results: run.results };
}

interface Source {
  policy?: Policy;
  /** Of a file of its own, with their places there. */
  problems?: PolicyProblem[];
  /** Of what stands in the file of cases. */
  mistakes?: PolicyMistake[];
}

async function policyOf(
  { policy, fragment }: Cases,
  names: { service: string; stage: string },
  openFile: (named: string) => Promise<ReturnType<typeof openChecked<ReturnType<typeof evaluable>>>>,
): Promise<Source> {
  if (typeof policy === 'string') {
    const { read, problems } = await openFile(policy);
    return { ...(read?.policy ? { policy: read.policy } : {}), problems };
  }
  const read = fragment ? evaluable(policyAround(fragment, names)) : evaluable(policy);
  const mistakes = read.problems.map((mistake) => ({
    ...mistake,
    path: fragment
      ? ['fragment', ...placeInFragment(mistake.path, fragment.before.length)]
      : ['policy', ...mistake.path],
  }));
  return { ...(read.policy ? { policy: read.policy } : {}), mistakes };
}
