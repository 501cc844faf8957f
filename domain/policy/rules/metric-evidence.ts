import { whyAgeless } from '../../analysis/fresh-query.ts';
import { hasRule } from '../../analysis/evidence.ts';
import { baselineOf } from '../../analysis/places.ts';
import type { Located } from '../draft.ts';
import type { Metric } from '../metric.schema.ts';
import type { PolicyMistake } from '../problem.ts';

type Found = { path: (string | number)[]; detail: string; remedy: string };

/** A metric must ask its source for what its rule judges, and where its stage can answer (semantics §6.2, §6.3). */
export function evidenceMistakes(
  { value: metric, path }: Located<Metric>,
  steps: readonly { weight: number }[],
): PolicyMistake[] {
  return [
    ...questionMistakes(metric),
    ...windowMistakes(metric),
    ...agelessMistakes(metric),
    ...baselineMistakes(metric, steps),
  ].map((found) => ({
    ...found,
    path: [...path, ...found.path],
    code: 'POLICY_METRIC_INVALID' as const,
  }));
}

function questionMistakes(metric: Metric): Found[] {
  const [field, value] =
    metric.kind === 'prometheus'
      ? (['query', metric.query] as const)
      : (['pointer', metric.pointer] as const);
  const isJudgedByRule = hasRule(metric);
  const found: Found[] = [];
  if (!isJudgedByRule && value === undefined && (metric.failWhen ?? metric.passWhen) !== undefined)
    found.push({
      path: [],
      detail: `The metric "${metric.id}" has a condition and no ${field}, so there is no value to judge.`,
      remedy: `Add \`${field}\`, which yields one number.`,
    });
  if (isJudgedByRule)
    for (const [name, beside] of [
      [field, value],
      ['traffic', metric.traffic],
    ] as const)
      if (beside !== undefined)
        found.push({
          path: [name],
          detail: `The rule of "${metric.id}" asks for its own numbers, and nothing reads ${name}.`,
          remedy: `Remove ${name}.`,
        });
  if (metric.kind === 'prometheus' && metric.step !== undefined && !metric.compare)
    found.push({
      path: ['step'],
      detail: 'Only compare takes samples at a step.',
      remedy: 'Remove step.',
    });
  if (metric.burnRate && metric.minRequests !== 1)
    found.push({
      path: ['minRequests'],
      detail: 'Here it means traffic beside no data; how many requests a window needs stands in burnRate.',
      remedy: 'Write it into burnRate.',
    });
  return found;
}

const WINDOW = /\{\{\s*window\s*\}\}/;

/** Without its window a count would be that of another time than the rule says. */
function windowMistakes(metric: Metric): Found[] {
  if (metric.kind === 'json')
    return metric.burnRate && !WINDOW.test(metric.url)
      ? [
          {
            path: ['url'],
            detail: 'The address does not say over which window it is to count.',
            remedy: 'Write {{window}} into it, such as http://shop/counts?over={{window}}.',
          },
        ]
      : [];
  const { burnRate, compareErrors } = metric;
  const queries: [path: string[], query: string][] = [
    ...(burnRate
      ? (['bad', 'total'] as const).map((name): [string[], string] => [['burnRate', name], burnRate[name]])
      : []),
    ...(compareErrors
      ? (['candidate', 'against'] as const).flatMap((side) =>
          (['errors', 'requests'] as const).map((name): [string[], string] => [
            ['compareErrors', side, name],
            compareErrors[side][name],
          ]),
        )
      : []),
  ];
  return queries
    .filter(([, query]) => !WINDOW.test(query))
    .map(([path]) => ({
      path,
      detail: 'The query does not say over which window it is to count.',
      remedy: 'Write {{window}} into it, such as sum(increase(http_requests_total[{{window}}])).',
    }));
}

/** Samples whose age nobody can tell may be of instances that are gone, and would make a side look well that no longer runs. */
function agelessMistakes(metric: Metric): Found[] {
  if (metric.kind !== 'prometheus' || !metric.compare) return [];
  const { compare } = metric;
  return (['candidate', 'against'] as const).flatMap((side) => {
    const ageless = whyAgeless(compare[side]);
    return ageless === undefined
      ? []
      : [
          {
            path: ['compare', side],
            detail: `The query ${ageless}, so values of instances that are gone could not be left out.`,
            remedy:
              'Write a query of the series themselves, as they are now, such as latency_seconds{track="canary"}; what ran before is asked for by baseline: previous.',
          },
        ];
  });
}

/** Comparing with a baseline that does not run, or not alike, finds differences that are not the version's (semantics §6.3). */
function baselineMistakes(metric: Metric, steps: readonly { weight: number }[]): Found[] {
  const baseline = baselineOf(metric);
  const path = [metric.compare ? 'compare' : 'compareErrors', 'baseline'];
  const isCanary = steps.some(({ weight }) => weight < 100);
  const isBetweenSteps = metric.during?.includes('steps') ?? true;
  if (baseline === 'previous' && isCanary && isBetweenSteps)
    return [
      {
        path,
        detail:
          'Between these steps the new version is a canary, and what ran before is a fleet that has been warm for long: they differ without any fault.',
        remedy: 'Write baseline: concurrent, or during: [soak] to compare once it has all traffic.',
      },
    ];
  if (baseline === 'concurrent' && !isCanary && metric.during === undefined)
    return [
      {
        path,
        detail: 'This stage has no step below 100 %, so there is no time at which both versions run.',
        remedy:
          'Give it a step such as {weight: 50, hold: 30m}, or write baseline: previous, or name with during when the old version still runs.',
      },
    ];
  return [];
}
