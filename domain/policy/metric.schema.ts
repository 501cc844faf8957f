import { z } from 'zod';
import { IdSchema, PositiveDurationSchema } from './common.schema.ts';
import { sourceSettings } from './source.schema.ts';
import {
  BurnRateSchema,
  CompareErrorsSchema,
  CompareSchema,
  placesOfAnalysis,
  rulesFrom,
} from './metric-rules.schema.ts';

const limit = z.union([z.number().int().min(1), z.literal('off')], {
  error: 'is not a limit: write a whole number of at least 1, or off',
});
const ConditionSchema = z.string().min(1);
const pointer = z
  .string()
  .refine(
    (text) => text === '' || text.startsWith('/'),
    'is not a JSON pointer: write one such as /errors/rate',
  )
  .meta({ pattern: '^(/.*)?$' });

const common = {
  id: IdSchema.describe('Name of the metric, once in its stage.'),
  failWhen: ConditionSchema.optional().describe(
    'Comparisons of `value` with numbers, such as `value > 0.02`, joined by `&&` or `||`. True: the measurement failed, whatever passWhen says.',
  ),
  passWhen: ConditionSchema.optional().describe(
    'Like failWhen; false: the measurement did not pass. At least one of the two is needed, or one of the rules below.',
  ),
  interval: PositiveDurationSchema.optional().describe(
    'Time between measurements. Left out: one measurement.',
  ),
  count: z
    .number()
    .int()
    .min(1)
    .optional()
    .describe('How many measurements are taken. Left out: as many as fit.'),
  maxFailures: limit
    .default(1)
    .describe('Failed measurements that decide; inclusive, the one that reaches it counts.'),
  maxInconclusive: limit.default(3).describe('Inconclusive measurements that decide; inclusive.'),
  maxErrors: limit.default(5).describe('Consecutive errors that decide; inclusive.'),
  passAfter: z.number().int().min(1).optional().describe('Consecutive passes that are enough.'),
  onNoData: z
    .enum(['inconclusive', 'fail', 'zero'])
    .default('inconclusive')
    .describe('What an answer without a value means. `zero` needs `traffic` to be believed.'),
  minRequests: z
    .number()
    .int()
    .min(1)
    .default(1)
    .describe('Traffic that `onNoData: zero` needs to be believed.'),
  dryRun: z.boolean().default(false).describe('Reported only, never decides.'),
  during: z
    .array(z.enum(placesOfAnalysis))
    .min(1, 'is never: leave it out, or name before, steps or soak')
    .optional()
    .describe(
      'When it is measured: before the first step, between steps, while the version soaks. Left out: steps and soak; with a concurrent baseline steps only.',
    ),
};
const QueryText = z.string().min(1);
const headers = z
  .record(z.string(), z.string())
  .default({})
  .describe('Headers to send. A value `secret://NAME` is read from the worker’s environment.');

export const PrometheusMetricSchema = z
  .strictObject({
    ...common,
    kind: z.literal('prometheus').describe('Asks a Prometheus server.'),
    url: z.string().min(1).describe('Base address of the Prometheus server.'),
    query: z
      .string()
      .min(1)
      .optional()
      .describe('Instant query that yields one series, for failWhen and passWhen. Placeholders are allowed.'),
    traffic: z.string().min(1).optional().describe('Query for the number of requests, for `onNoData: zero`.'),
    headers,
    ...sourceSettings,
    step: PositiveDurationSchema.optional().describe('Time between two samples of `compare`. Left out: 15s.'),
    ...rulesFrom(QueryText, {
      text: 'Query',
      windowed: '`{{window}}` stands for the window, such as `300s`.',
    }),
  })
  .meta({ title: 'Metric of kind prometheus' });

export const JsonMetricSchema = z
  .strictObject({
    ...common,
    kind: z.literal('json').describe('Asks an address that answers with JSON.'),
    url: z.string().min(1).describe('Address asked; placeholders are allowed.'),
    pointer: pointer
      .optional()
      .describe('JSON pointer to the number in the answer, for failWhen and passWhen.'),
    traffic: pointer.optional().describe('JSON pointer to the number of requests, for `onNoData: zero`.'),
    headers,
    ...sourceSettings,
    ...rulesFrom(pointer, {
      text: 'JSON pointer',
      windowed: 'The address is asked once a window: `{{window}}` in `url` stands for it, such as `300s`.',
    }),
  })
  .meta({ title: 'Metric of kind json' });

/** How a metric is judged, without where its numbers come from: what analysis can be tried with from outside. */
export const MetricRuleSchema = z.strictObject({
  ...common,
  id: common.id.optional(),
  burnRate: BurnRateSchema.optional().describe('Judges how fast the error budget burns.'),
  compare: CompareSchema.optional().describe('Compares samples with those of a baseline.'),
  compareErrors: CompareErrorsSchema.optional().describe(
    'Compares errors among requests with those of a baseline.',
  ),
});
export type MetricRule = z.infer<typeof MetricRuleSchema>;

/** One metric that analysis measures between rollout steps and while a version soaks. */
export const MetricSchema = z.discriminatedUnion('kind', [PrometheusMetricSchema, JsonMetricSchema]);
export type Metric = z.infer<typeof MetricSchema>;
export type PrometheusMetric = z.infer<typeof PrometheusMetricSchema>;
export type JsonMetric = z.infer<typeof JsonMetricSchema>;
