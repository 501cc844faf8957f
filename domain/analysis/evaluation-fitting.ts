import type { MetricRule } from '../policy/metric.schema.ts';
import { ruleMistakes } from '../policy/rules/metric-rules.ts';
import { hasRule } from './evidence.ts';

/** What is given of one metric, as far as it says what the metric is judged by. */
interface GivenMetric {
  metric: MetricRule;
  measurements?: readonly { verdict?: unknown; error?: unknown }[] | undefined;
  samples?: unknown;
  counts?: unknown;
  windows?: unknown;
  buckets?: unknown;
  exposedAt?: unknown;
  look?: number | undefined;
}

interface FittingMistake {
  path: (string | number)[];
  message: string;
}

/** What is wrong with a metric and what stands beside it: it could be saved, and has what its rule needs and nothing else. */
export const fittingMistakes = (one: GivenMetric): FittingMistake[] => [
  ...metricMistakes(one),
  ...evidenceMistakes(one),
  ...lookMistakes(one),
  ...exposureMistakes(one),
];

const metricMistakes = ({ metric }: GivenMetric): FittingMistake[] =>
  ruleMistakes(metric, ['metric']).map(({ path, detail, remedy }) => ({
    path: [...path],
    message: inOneSentence(detail, remedy),
  }));

/** As the messages of schemas are written: what is wrong, and what to write. */
const inOneSentence = (detail: string, remedy: string): string =>
  remedy.startsWith('Write ')
    ? `${detail.replace(/\.$/, '')}: write ${remedy.slice('Write '.length).replace(/\.$/, '')}`
    : `${detail} ${remedy}`.replace(/\.$/, '');

const evidences = ['measurements', 'samples', 'counts', 'windows', 'buckets'] as const;

function evidenceMistakes(one: GivenMetric): FittingMistake[] {
  const wanted = wantedBy(one.metric);
  // windows may be given as the buckets that they are made of
  const used = wanted === 'windows' && one.windows === undefined ? 'buckets' : wanted;
  const isGiven = one[used] !== undefined;
  const isMissing = !isGiven && !(hasRule(one.metric) && isJudgedAlready(one));
  const strangers = evidences.filter((name) => one[name] !== undefined && name !== used);
  return [
    ...(isMissing ? [{ path: [wanted], message: 'is missing: the metric is judged by it' }] : []),
    ...strangers
      .filter((name) => isGiven || name !== 'measurements')
      .map((name) => ({
        path: [name],
        message: `is not what the metric is judged by: it asks for ${wanted}`,
      })),
  ];
}

function wantedBy({ burnRate, compare, compareErrors }: MetricRule): (typeof evidences)[number] {
  if (burnRate) return 'windows';
  if (compare) return 'samples';
  return compareErrors ? 'counts' : 'measurements';
}

/** Verdicts that are to be taken as they are need no evidence. */
const isJudgedAlready = ({ measurements }: GivenMetric): boolean =>
  measurements?.every(({ verdict, error }) => verdict !== undefined || error !== undefined) ?? false;

function lookMistakes({ look, metric: { compare, compareErrors } }: GivenMetric): FittingMistake[] {
  if (look === undefined) return [];
  const path = ['look'];
  const looks = (compare ?? compareErrors)?.looks;
  if (looks === undefined) return [{ path, message: 'means something with a comparison only' }];
  return look > looks ? [{ path, message: `is not declared: there are ${looks} looks` }] : [];
}

const exposureMistakes = ({ exposedAt, metric: { burnRate } }: GivenMetric): FittingMistake[] =>
  exposedAt === undefined || burnRate
    ? []
    : [{ path: ['exposedAt'], message: 'means something with burnRate only' }];
