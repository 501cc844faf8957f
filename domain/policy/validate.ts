import { readDraft, type PolicyDraft } from './draft.ts';
import { PolicySchema, type Policy } from './policy.schema.ts';
import type { PolicyMistake } from './problem.ts';
import { findApprovalMistakes } from './rules/approvals.ts';
import { findCalendarMistakes } from './rules/calendar.ts';
import { findCycles } from './rules/cycles.ts';
import { findDuplicates } from './rules/duplicates.ts';
import { findGateMistakes } from './rules/gates.ts';
import { findLaneMistakes } from './rules/lanes.ts';
import { findLanguageNames } from './rules/language-names.ts';
import { findMetricMistakes } from './rules/metrics.ts';
import { findMetricSourceMistakes } from './rules/metric-sources.ts';
import { findUnknownPlaceholders } from './rules/placeholders.ts';
import { findDanglingReferences } from './rules/references.ts';
import { findRiskMistakes } from './rules/risk.ts';
import { findRoleMistakes } from './rules/roles.ts';
import { findRolloutMistakes } from './rules/rollout.ts';
import { findServiceMistakes } from './rules/services.ts';
import { findTrainMistakes } from './rules/trains.ts';
import { findWatchMistakes } from './rules/watch.ts';
import { schemaMistakes } from './schema-mistakes.ts';

/** Rules between the parts of a policy; each looks at all that could be read. */
const rules: readonly ((draft: PolicyDraft) => PolicyMistake[])[] = [
  findDanglingReferences,
  findDuplicates,
  findCycles,
  findServiceMistakes,
  findRolloutMistakes,
  findApprovalMistakes,
  findMetricMistakes,
  findMetricSourceMistakes,
  findUnknownPlaceholders,
  findGateMistakes,
  findLaneMistakes,
  findCalendarMistakes,
  findTrainMistakes,
  findRiskMistakes,
  findRoleMistakes,
  findWatchMistakes,
];

/**
 * Every mistake in a policy at once: those of its shape, and those between the parts that could be read. `policy`, with
 * all defaults filled in, is there exactly when there is no problem. Never throws.
 */
export function validatePolicy(value: unknown): { policy?: Policy; problems: PolicyMistake[] } {
  const shape = PolicySchema.safeParse(value);
  const draft = readDraft(value);
  const problems = [
    ...(shape.success ? [] : schemaMistakes(value, shape.error.issues)),
    ...rules.flatMap((rule) => rule(draft)),
    ...findLanguageNames(value),
  ];
  return shape.success && problems.length === 0 ? { policy: shape.data, problems } : { problems };
}
