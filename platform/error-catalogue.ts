import type { ProblemCode } from '../domain/problem-code.ts';
import { approvalProblems } from './problems/approvals.ts';
import { calendarProblems } from './problems/calendar.ts';
import { effectProblems } from './problems/effects.ts';
import type { CatalogueEntry } from './problems/entry.ts';
import { gateProblems } from './problems/gates.ts';
import { identityProblems } from './problems/identity.ts';
import { inputProblems } from './problems/input.ts';
import { policyMistakes } from './problems/policy-mistakes.ts';
import { policyProblems } from './problems/policy.ts';
import { releaseProblems } from './problems/releases.ts';
import { runningProblems } from './problems/running.ts';

/** What each problem says to people, wherever it shows; a code without an entry does not compile. */
export const catalogue: Record<ProblemCode, CatalogueEntry> = {
  ...inputProblems,
  ...identityProblems,
  ...releaseProblems,
  ...approvalProblems,
  ...calendarProblems,
  ...gateProblems,
  ...effectProblems,
  ...policyProblems,
  ...policyMistakes,
  ...runningProblems,
};
