import { effectiveStage } from '../../domain/policy/plan-stage.ts';
import { formatDuration } from '../../domain/policy/duration.ts';
import type { Policy } from '../../domain/policy/policy.schema.ts';
import { pathText } from '../../domain/policy/problem.ts';
import type { Positions } from './positions.ts';

/** One setting that is in force, and whether the author wrote it or it is a default. */
export interface ExplainedValue {
  path: string;
  value: string;
  /** Line of the file; absent for a default. */
  line?: number;
  /** Why the default is what it is, where that hangs on something else in the file. */
  because?: string;
}

/** Every value of a policy with where it comes from, in the order of the schema. */
export function explainPolicy(policy: Policy, positions: Positions): ExplainedValue[] {
  return [...leaves(policy, [], positions), ...derivedDefaults(policy)];
}

function leaves(value: unknown, path: readonly (string | number)[], positions: Positions): ExplainedValue[] {
  if (typeof value === 'object' && value !== null && Object.keys(value).length > 0) {
    const entries: [string | number, unknown][] = Array.isArray(value)
      ? [...value.entries()]
      : Object.entries(value);
    return entries.flatMap(([key, item]) => leaves(item, [...path, key], positions));
  }
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return [
    {
      path: pathText(path),
      value: text,
      ...(positions.has(path) ? { line: positions.of(path).line } : becauseOf(path, text)),
    },
  ];
}

/** The schema says `link` for what is left out; a sign-in stands there where the installation has brought it. */
const becauseOf = (path: readonly (string | number)[], text: string): { because?: string } =>
  path[0] === 'pipelines' && path.slice(-2).join('.') === 'approval.assurance' && text === 'login'
    ? { because: 'it is production, and an OpenID provider is configured' }
    : {};

/** What a stage leaves out and its environment decides. */
function derivedDefaults(policy: Policy): ExplainedValue[] {
  return Object.entries(policy.pipelines).flatMap(([pipeline, stages]) =>
    stages.flatMap((stage, index) => {
      const effective = effectiveStage(policy, stage);
      const because = `${stage.environment} is ${effective.production ? '' : 'not '}production`;
      const path = ['pipelines', pipeline, index];
      return [
        ...(stage.approval.grace === undefined
          ? [
              {
                path: pathText([...path, 'approval', 'grace']),
                value: formatDuration(effective.approval.graceMs),
                because,
              },
            ]
          : []),
        ...(stage.engineSignals === undefined
          ? [{ path: pathText([...path, 'engineSignals']), value: effective.engineSignals, because }]
          : []),
      ];
    }),
  );
}
