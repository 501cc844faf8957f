import { listOf } from '../list-of.ts';
import { formatDuration } from '../policy/duration.ts';
import type { StagePlan } from './plan.ts';
import { isAskedAsBefore } from './same-check.ts';
import { fromTo, rollbackInWords, rolloutInWords, rulesInWords } from './stage-words.ts';
import { subjectDifference, subjectOf, type SubjectPart } from './subject.ts';

/** One part of what people approve, before and after, in words. */
export interface PlanDifference {
  part: string;
  before: string;
  after: string;
}

interface Part {
  name: string;
  words: (plan: StagePlan) => string;
  /** Said instead where the words are the same and yet it differs. */
  exactly?: (plan: StagePlan) => string;
  /** Which of it has other settings, where the words are the same and yet it differs. */
  other?: (before: StagePlan, after: StagePlan) => string;
}

const parts: Record<SubjectPart, Part> = {
  components: {
    name: 'Versions',
    words: ({ components }) => components.map(fromTo).join('; '),
    exactly: ({ components }) => components.map(buildOf).join('; '),
  },
  environment: {
    name: 'Environment',
    words: ({ environment, production, exclusive }) =>
      `${environment}${production ? ', production' : ''}${exclusive ? ', one release at a time' : ''}`,
  },
  changes: { name: 'Changes', words: () => 'see the list of changes' },
  rollout: { name: 'Rollout', words: rolloutInWords },
  rollback: { name: 'Rollback', words: rollbackInWords },
  checks: {
    name: 'Checks',
    words: ({ checks }) => checks.map(({ id }) => id).join(', ') || 'none',
    other: otherChecks,
  },
  approvals: {
    name: 'Approvals',
    words: ({ rules, approval }) => `${rulesInWords(rules)}, within ${formatDuration(approval.expiresMs)}`,
    exactly: ({ rules }) => rules.map(withExclusions).join(' and '),
  },
  observation: {
    name: 'Observation',
    words: ({ analysis, soakMs }) =>
      `${analysis.map(({ id }) => id).join(', ') || 'no metrics'}, soak ${formatDuration(soakMs)}`,
  },
};

/** `shop 1.4.0 (sha256:0f3a…)`: the build behind the version, which another one may bear as well. */
const buildOf = ({ service, version, digest, commit }: StagePlan['components'][number]): string =>
  `${service} ${version} (${digest?.slice(0, 23) ?? 'no digest'}${commit === undefined ? '' : `, commit ${commit.slice(0, 12)}`})`;

/** `1 of qa (not author, requester)`: the rule with whom it bars, which its short words leave out. */
const withExclusions = (rule: StagePlan['rules'][number]): string =>
  `${rulesInWords([rule])} (${rule.not.length === 0 ? 'nobody is barred' : `not ${rule.not.join(', ')}`})`;

/** `unit with other settings`: checks that stay and yet ask for something else. */
function otherChecks(before: StagePlan, after: StagePlan): string {
  const changed = after.checks.filter(
    (check) => before.checks.some(({ id }) => id === check.id) && !isAskedAsBefore(check, before),
  );
  return changed.length === 0
    ? ''
    : `${listOf(
        changed.map(({ id }) => id),
        'and',
      )} with other settings`;
}

/**
 * What somebody who approved the one plan must be shown of the other (trust §1.2). Where the words of a part are the same although
 * it differs, it is said that its settings do; where nothing of the plan differs, the list of changes does.
 */
export function planDifference(before: StagePlan, after: StagePlan): PlanDifference[] {
  if (before.subjectDigest === after.subjectDigest) return [];
  const differing = subjectDifference(subjectOf(before, []), subjectOf(after, []));
  const shown: SubjectPart[] = differing.length > 0 ? differing : ['changes'];
  return shown.map((part) => {
    const { name, words, exactly, other } = parts[part];
    const [was, is] = [words(before), words(after)];
    const others = other?.(before, after) ?? '';
    if (was !== is) return { part: name, before: was, after: others === '' ? is : `${is} (${others})` };
    const [exactlyWas, exactlyIs] = [exactly?.(before), exactly?.(after)];
    if (exactlyWas !== undefined && exactlyIs !== undefined && exactlyWas !== exactlyIs)
      return { part: name, before: exactlyWas, after: exactlyIs };
    return part === 'changes'
      ? { part: name, before: 'another list', after: is }
      : { part: name, before: was, after: `${is} (${others === '' ? 'with other settings' : others})` };
  });
}
