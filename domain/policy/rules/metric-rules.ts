import { parseCondition } from '../../analysis/condition.ts';
import { hasRule } from '../../analysis/evidence.ts';
import type { MetricRule } from '../metric.schema.ts';
import type { PolicyMistake, PolicyPath } from '../problem.ts';

const ruleNames = ['burnRate', 'compare', 'compareErrors'] as const;

/** What is wrong with how a metric is judged, wherever its numbers come from. */
export function ruleMistakes(metric: MetricRule, path: PolicyPath): PolicyMistake[] {
  return [
    ...choiceMistakes(metric, path),
    ...conditionMistakes(metric, path),
    ...comparisonMistakes(metric, path),
    ...timesMistakes(metric, path),
  ];
}

/** A metric must be able to say yes or no, in one way (semantics §6.1). */
function choiceMistakes(metric: MetricRule, path: PolicyPath): PolicyMistake[] {
  const name = metric.id === undefined ? 'The metric' : `The metric "${metric.id}"`;
  const conditions = (['failWhen', 'passWhen'] as const).filter((field) => metric[field] !== undefined);
  const rules = ruleNames.filter((field) => metric[field] !== undefined);
  if (conditions.length === 0 && rules.length === 0)
    return [
      {
        path: [...path],
        code: 'POLICY_METRIC_INVALID',
        detail: `${name} has neither failWhen nor passWhen nor another rule, so it could never decide.`,
        remedy: `Write one of them, such as failWhen: "value > 0.02", or one of ${ruleNames.join(', ')}.`,
      },
    ];
  const [first, second] = [...rules, ...conditions];
  if (rules.length === 0 || first === undefined || second === undefined) return [];
  return [
    {
      path: [...path, second],
      code: 'POLICY_METRIC_INVALID',
      detail: `${name} is judged in two ways: by ${first} and by ${second}.`,
      remedy: 'Write two metrics, with one of them each.',
    },
  ];
}

function conditionMistakes(metric: MetricRule, path: PolicyPath): PolicyMistake[] {
  return (['failWhen', 'passWhen'] as const).flatMap((field) => {
    const text = metric[field];
    const condition = text === undefined ? undefined : parseCondition(text);
    if (!condition || condition.ok) return [];
    return [
      {
        path: [...path, field],
        code: 'POLICY_CONDITION_INVALID' as const,
        detail: `The condition ${condition.detail}.`,
        remedy: 'Compare `value` with numbers, such as "value > 0.02" or "value < 1 || value > 5".',
      },
    ];
  });
}

/** Looks are declared: what else says how often a comparison is measured would change what alpha means. */
function comparisonMistakes(metric: MetricRule, path: PolicyPath): PolicyMistake[] {
  const rule = metric.compare ? 'compare' : metric.compareErrors ? 'compareErrors' : undefined;
  const mistake = (field: string, detail: string, remedy: string): PolicyMistake => ({
    path: [...path, field],
    code: 'POLICY_METRIC_INVALID',
    detail,
    remedy,
  });
  const beside = rule
    ? (['interval', 'count', 'passAfter'] as const)
        .filter((field) => metric[field] !== undefined)
        .map((field) =>
          mistake(
            field,
            `How often a comparison is looked at says ${rule}.looks, and no ${field}.`,
            `Remove ${field}, and write looks into ${rule}.`,
          ),
        )
    : [];
  const before =
    rule && metric.during?.includes('before')
      ? [
          mistake(
            'during',
            'Before the first step there is nothing of the new version to compare.',
            'Write steps, soak or both.',
          ),
        ]
      : [];
  const zero =
    hasRule(metric) && metric.onNoData === 'zero' && metric.compare
      ? [
          mistake(
            'onNoData',
            'No samples are no samples with the value 0.',
            'Write onNoData: inconclusive or fail.',
          ),
        ]
      : [];
  return [...beside, ...before, ...zero];
}

/** How often it is measured, and how many of these measurements are to pass, must fit together. */
function timesMistakes(metric: MetricRule, path: PolicyPath): PolicyMistake[] {
  if (metric.compare ?? metric.compareErrors) return []; // declared looks say how often
  const mistake = (field: string, detail: string, remedy: string): PolicyMistake => ({
    path: [...path, field],
    code: 'POLICY_METRIC_INVALID',
    detail,
    remedy,
  });
  const most = metric.count ?? (metric.interval === undefined ? 1 : Infinity);
  return [
    ...(metric.count !== undefined && metric.count > 1 && metric.interval === undefined
      ? [
          mistake(
            'count',
            `${metric.count} measurements need a time between them.`,
            'Write interval: 30s beside it, or leave count out.',
          ),
        ]
      : []),
    ...(metric.passAfter !== undefined && metric.passAfter > most
      ? [
          mistake(
            'passAfter',
            `${metric.passAfter} passes cannot follow from ${most === 1 ? 'one measurement' : `${most} measurements`}.`,
            `Write at most ${most}, or let it measure more often with interval and count.`,
          ),
        ]
      : []),
  ];
}
