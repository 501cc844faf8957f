import { z } from 'zod';
import { PositiveDurationSchema } from '../policy/common.schema.ts';
import { durationMs } from '../policy/duration.ts';
import { MetricRuleSchema } from '../policy/metric.schema.ts';
import type { EvaluatedMetric } from './evaluate.ts';
import { fittingMistakes } from './evaluation-fitting.ts';
import type { Reading } from './measurement.ts';

// What analysis can be tried with from outside. Every list is bounded: judging costs about n·log n.

const InstantSchema = z.iso.datetime({ offset: true });
const MOST_SAMPLES = 20_000;

const NumberSchema = z
  .union([z.number(), z.null(), z.enum(['NaN', '+Inf', '-Inf'])], {
    error: 'is no measured number: write a number, null for none, or "NaN", "+Inf", "-Inf"',
  })
  .describe('A number; null where there was none; `NaN`, `+Inf` and `-Inf` as Prometheus writes them.');

const MeasurementSchema = z
  .strictObject({
    at: InstantSchema.optional().describe('When it was measured. Left out: now.'),
    value: NumberSchema.optional().describe('What was measured, to be judged by the condition.'),
    sampledAt: InstantSchema.optional().describe(
      'When the source saw the value: older than two intervals is no data. Left out: when it was measured.',
    ),
    traffic: z.number().min(0).optional().describe('Requests beside it, for `onNoData: zero`.'),
    error: z.string().min(1).max(500).optional().describe('Why the source gave no answer.'),
    verdict: z
      .enum(['passed', 'failed', 'inconclusive', 'noData', 'error'])
      .optional()
      .describe('A verdict to be taken as it is, to try limits without values.'),
  })
  .refine(
    ({ value, error, verdict }) => [value, error, verdict].filter((one) => one !== undefined).length === 1,
    'needs exactly one of value, error and verdict',
  );

const count = z.number().min(0, 'is no count: write 0 or more');
const ErrorCountSchema = z.strictObject({
  errors: z.int().min(0).describe('How many failed.'),
  requests: z.int().min(0).describe('Of how many.'),
});
const SamplesSchema = z.array(NumberSchema).max(MOST_SAMPLES);

const given = {
  metric: MetricRuleSchema.describe('The metric as in gantry.yaml, without where its numbers come from.'),
  measurements: z
    .array(MeasurementSchema)
    .max(10_000)
    .optional()
    .describe('For failWhen and passWhen: what was measured, in order.'),
  samples: z
    .strictObject({
      candidate: SamplesSchema.describe('Of the new version.'),
      baseline: SamplesSchema.describe('Of the baseline.'),
    })
    .optional()
    .describe('For compare.'),
  counts: z
    .strictObject({
      candidate: ErrorCountSchema.describe('Of the new version.'),
      baseline: ErrorCountSchema.describe('Of the baseline.'),
    })
    .optional()
    .describe('For compareErrors.'),
  windows: z
    .array(
      z.strictObject({
        window: PositiveDurationSchema.describe('How far back it reaches from now.'),
        bad: count.describe('Bad requests in it.'),
        total: count.describe('All requests in it.'),
      }),
    )
    .min(1)
    .max(100)
    .optional()
    .describe('For burnRate: what was counted in each window that its rules name.'),
  buckets: z
    .array(
      z.strictObject({
        at: InstantSchema.describe('End of the time in which they were counted.'),
        bad: count.describe('Bad requests since the bucket before.'),
        total: count.describe('All requests since the bucket before.'),
      }),
    )
    .min(1)
    .max(MOST_SAMPLES)
    .optional()
    .describe('For burnRate, instead of windows: counts over time, of which the windows are made.'),
  exposedAt: InstantSchema.optional().describe(
    'Since when the version has traffic: windows are cut to it. Left out: for long.',
  ),
  look: z
    .int()
    .min(1)
    .optional()
    .describe('Which of the declared looks this is, from 1. Left out: the last.'),
  ended: z.boolean().default(false).describe('No more will be measured.'),
};

const GivenSchema = z.strictObject(given).superRefine(requireFitting);
type Given = z.output<typeof GivenSchema>;

/** One metric, or several as one analysis. */
export const AnalysisEvaluationSchema = z
  .strictObject({
    now: InstantSchema.describe('The instant that is asked about.'),
    ...given,
    metric: given.metric.optional(),
    metrics: z
      .array(GivenSchema)
      .min(1)
      .max(50)
      .optional()
      .describe('Instead of one metric: several, judged as one analysis.'),
  })
  .superRefine(({ now, metrics, metric, ...rest }, context) => {
    if ((metric === undefined) === (metrics === undefined)) {
      const message = metric
        ? 'stands beside metric: write one of the two'
        : 'is missing: write metric with a rule, or metrics';
      context.addIssue({ code: 'custom', path: [metric ? 'metrics' : 'metric'], message });
      return;
    }
    for (const [index, one] of (metrics ?? []).entries()) requirePast(one, now, ['metrics', index], context);
    if (metric) {
      requireFitting({ ...rest, metric }, context);
      requirePast({ ...rest, metric }, now, [], context);
      return;
    }
    for (const name of onlyForOne)
      if (rest[name] !== undefined)
        context.addIssue({ code: 'custom', path: [name], message: 'belongs into the metric that it is of' });
  });
export type AnalysisEvaluation = z.output<typeof AnalysisEvaluationSchema>;

const onlyForOne = ['measurements', 'samples', 'counts', 'windows', 'buckets', 'exposedAt', 'look'] as const;

type Issues = Pick<z.core.$RefinementCtx, 'addIssue'>;

function requireFitting(one: Given, context: Issues): void {
  for (const { path, message } of fittingMistakes(one)) context.addIssue({ code: 'custom', path, message });
}

function requirePast(one: Given, now: string, path: (string | number)[], context: Issues): void {
  if (one.exposedAt !== undefined && Date.parse(one.exposedAt) >= Date.parse(now))
    context.addIssue({ code: 'custom', path: [...path, 'exposedAt'], message: 'is not before now' });
}

/** The metrics as the rules take them. */
export function evaluatedMetrics({ now, metrics, metric, ...rest }: AnalysisEvaluation): EvaluatedMetric[] {
  return (metrics ?? (metric ? [{ ...rest, metric }] : [])).map((one) => evaluated(one, now));
}

function evaluated(one: Given, now: string): EvaluatedMetric {
  const evidence = evidenceOf(one, Date.parse(now));
  return {
    metric: one.metric,
    readings: (one.measurements ?? []).map((measurement) => {
      const at = measurement.at ?? now;
      return { at: new Date(at).toISOString(), reading: readingOf(measurement, at) };
    }),
    ...(evidence ? { evidence } : {}),
    ...(one.look === undefined ? {} : { look: one.look }),
    isEnded: one.ended,
  };
}

function readingOf(
  { value, sampledAt, traffic, error, verdict }: z.output<typeof MeasurementSchema>,
  at: string,
): EvaluatedMetric['readings'][number]['reading'] {
  if (verdict !== undefined) return { kind: 'judged', verdict };
  if (error !== undefined) return { kind: 'error', because: error };
  const beside: Pick<Extract<Reading, { kind: 'noData' }>, 'traffic'> = traffic === undefined
    ? {}
    : { traffic };
  if (value === undefined || value === null) return { kind: 'noData', because: 'no value', ...beside };
  const ageMs = sampledAt === undefined ? 0 : Date.parse(at) - Date.parse(sampledAt);
  return { kind: 'number', value: numberOf(value), ageMs, ...beside };
}

function evidenceOf(one: Given, nowMs: number): EvaluatedMetric['evidence'] {
  const { samples, counts, windows, buckets, exposedAt, metric } = one;
  if (samples)
    return {
      kind: 'samples',
      candidate: samples.candidate.map(numberOf),
      baseline: samples.baseline.map(numberOf),
    };
  if (counts) return { kind: 'counts', ...counts };
  const exposure = exposedAt === undefined ? {} : { exposureMs: nowMs - Date.parse(exposedAt) };
  if (windows)
    return {
      kind: 'windows',
      windows: windows.map(({ window, bad, total }) => ({ spanMs: durationMs(window), bad, total })),
      ...exposure,
    };
  if (!buckets) return undefined;
  const spans = (metric.burnRate?.rules ?? []).flatMap(({ long, short }) => [
    durationMs(long),
    durationMs(short),
  ]);
  return {
    kind: 'windows',
    windows: [...new Set(spans)].map((spanMs) => {
      const since = nowMs - Math.min(spanMs, exposure.exposureMs ?? Infinity);
      const within = buckets.filter(({ at }) => Date.parse(at) > since && Date.parse(at) <= nowMs);
      const sum = (of: 'bad' | 'total'): number => within.reduce((total, bucket) => total + bucket[of], 0);
      return { spanMs, bad: sum('bad'), total: sum('total') };
    }),
    ...exposure,
  };
}

function numberOf(value: z.output<typeof NumberSchema>): number {
  if (value === null || value === 'NaN') return Number.NaN;
  if (value === '+Inf') return Number.POSITIVE_INFINITY;
  if (value === '-Inf') return Number.NEGATIVE_INFINITY;
  return value;
}
