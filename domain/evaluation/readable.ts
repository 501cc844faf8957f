import { PolicySchema, type Policy } from '../policy/policy.schema.ts';
import type { PolicyMistake } from '../policy/problem.ts';
import { validatePolicy } from '../policy/validate.ts';

/**
 * A policy that can be evaluated, or every mistake that keeps it from being. That people cannot fill a rule is no mistake
 * here: the gate says so, which is an answer worth testing for.
 */
export function evaluable(value: unknown): { policy?: Policy; problems: PolicyMistake[] } {
  const problems = validatePolicy(value).problems.filter(
    ({ code }) => code !== 'POLICY_APPROVAL_UNREACHABLE',
  );
  const shape = problems.length === 0 ? PolicySchema.safeParse(value) : undefined;
  return shape?.success ? { policy: shape.data, problems } : { problems };
}
