import { hasRule } from '../../analysis/evidence.ts';
import type { Located, PolicyDraft } from '../draft.ts';
import type { Metric } from '../metric.schema.ts';
import type { PolicyMistake } from '../problem.ts';
import { ruleMistakes } from './metric-rules.ts';
import { evidenceMistakes } from './metric-evidence.ts';

/** A metric must be able to say yes or no, and its limits must fit together (semantics §6.1). */
export function findMetricMistakes(draft: PolicyDraft): PolicyMistake[] {
  return draft.pipelines.flatMap(({ stages }) =>
    stages.flatMap((stage) =>
      stage.metrics.flatMap((metric) => [
        ...ruleMistakes(metric.value, metric.path),
        ...limitMistakes(metric),
        ...evidenceMistakes(metric, stage.deploy?.value.steps ?? []),
      ]),
    ),
  );
}

function limitMistakes({ value: metric, path }: Located<Metric>): PolicyMistake[] {
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
    ...(metric.onNoData === 'zero' && metric.traffic === undefined && !hasRule(metric)
      ? [
          mistake(
            'onNoData',
            'Nothing measured counts as zero only where traffic is known to flow, and no `traffic` is given.',
            'Add `traffic`, which yields the number of requests, or write onNoData: inconclusive.',
          ),
        ]
      : []),
  ];
}
