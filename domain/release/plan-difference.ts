import { formatDuration } from '../policy/duration.ts';
import type { StagePlan } from './plan.ts';
import { fromTo, rollbackInWords, rolloutInWords } from './stage-words.ts';
import { subjectDifference, subjectOf, type SubjectPart } from './subject.ts';

/** One part of what people approve, before and after, in words. */
export interface PlanDifference {
  part: string;
  before: string;
  after: string;
}

const parts: Record<SubjectPart, { name: string; words: (plan: StagePlan) => string }> = {
  components: { name: 'Versions', words: ({ components }) => components.map(fromTo).join('; ') },
  environment: {
    name: 'Environment',
    words: ({ environment, production, exclusive }) =>
      `${environment}${production ? ', production' : ''}${exclusive ? ', one release at a time' : ''}`,
  },
  changes: { name: 'Changes', words: () => 'see the list of changes' },
  rollout: { name: 'Rollout', words: rolloutInWords },
  rollback: { name: 'Rollback', words: rollbackInWords },
  checks: { name: 'Checks', words: ({ checks }) => checks.map(({ id }) => id).join(', ') || 'none' },
  approvals: {
    name: 'Approvals',
    words: ({ rules, approval }) =>
      `${rules.map((rule) => `${rule.atLeast} of ${rule.role ?? (rule.people ?? []).join(', ')}`).join(' and ') || 'nobody'}, within ${formatDuration(approval.expiresMs)}`,
  },
  observation: {
    name: 'Observation',
    words: ({ analysis, soakMs }) =>
      `${analysis.map(({ id }) => id).join(', ') || 'no metrics'}, soak ${formatDuration(soakMs)}`,
  },
};

/**
 * What somebody who approved the one plan must be shown of the other (trust §1.2). Where the words of a part are the same although
 * it differs, it is said that its settings do; where nothing of the plan differs, the list of changes does.
 */
export function planDifference(before: StagePlan, after: StagePlan): PlanDifference[] {
  if (before.subjectDigest === after.subjectDigest) return [];
  const differing = subjectDifference(subjectOf(before, []), subjectOf(after, []));
  const shown: SubjectPart[] = differing.length > 0 ? differing : ['changes'];
  return shown.map((part) => {
    const { name, words } = parts[part];
    const [was, is] = [words(before), words(after)];
    if (was !== is) return { part: name, before: was, after: is };
    return part === 'changes'
      ? { part: name, before: 'another list', after: is }
      : { part: name, before: was, after: `${is} (with other settings)` };
  });
}
