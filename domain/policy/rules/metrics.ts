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
        ...zeroMistakes(metric),
        ...evidenceMistakes(metric, stage.deploy?.value.steps ?? []),
      ]),
    ),
  );
}

/** Whether a number may be missing hangs on the source: elsewhere traffic is given beside what was measured. */
function zeroMistakes({ value: metric, path }: Located<Metric>): PolicyMistake[] {
  if (metric.onNoData !== 'zero' || metric.traffic !== undefined || hasRule(metric)) return [];
  return [
    {
      path: [...path, 'onNoData'],
      code: 'POLICY_METRIC_INVALID',
      detail:
        'Nothing measured counts as zero only where traffic is known to flow, and no `traffic` is given.',
      remedy: 'Add `traffic`, which yields the number of requests, or write onNoData: inconclusive.',
    },
  ];
}
