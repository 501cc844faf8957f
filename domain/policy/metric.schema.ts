import { z } from 'zod';
import { DurationSchema, IdSchema } from './common.schema.ts';

const limit = z.union([z.number().int().min(1), z.literal('off')]);
const ConditionSchema = z.string().min(1).describe('Comparisons of `value` with numbers, such as "value > 0.02", joined by && or ||.');

const common = {
  id: IdSchema,
  failWhen: ConditionSchema.optional(),
  passWhen: ConditionSchema.optional(),
  interval: DurationSchema.optional().describe('Time between measurements; none means one measurement.'),
  count: z.number().int().min(1).optional(),
  maxFailures: limit.default(1).describe('Inclusive: the measurement that reaches it decides.'),
  maxInconclusive: limit.default(3),
  maxErrors: limit.default(5).describe('Consecutive errors.'),
  passAfter: z.number().int().min(1).optional().describe('Consecutive passes that are enough.'),
  onNoData: z.enum(['inconclusive', 'fail', 'zero']).default('inconclusive'),
  minRequests: z.number().int().min(1).default(1).describe('Traffic that onNoData: zero needs to be believed.'),
  dryRun: z.boolean().default(false).describe('Reported only, never decides.'),
};

export const PrometheusMetricSchema = z.strictObject({
  ...common,
  kind: z.literal('prometheus'),
  url: z.string().min(1).describe('Base address of the Prometheus server.'),
  query: z.string().min(1).describe('Instant query that yields one series. Placeholders are allowed.'),
  traffic: z.string().optional().describe('Query for the number of requests, for onNoData: zero.'),
  headers: z.record(z.string(), z.string()).default({}),
});

export const JsonMetricSchema = z.strictObject({
  ...common,
  kind: z.literal('json'),
  url: z.string().min(1),
  pointer: z.string().regex(/^(\/.*)?$/, 'is a JSON pointer such as /errors/rate').describe('JSON pointer to the number in the answer.'),
  traffic: z.string().regex(/^(\/.*)?$/).optional().describe('JSON pointer to the number of requests, for onNoData: zero.'),
  headers: z.record(z.string(), z.string()).default({}),
});

/** One metric that analysis measures between rollout steps and while a version soaks. */
export const MetricSchema = z.discriminatedUnion('kind', [PrometheusMetricSchema, JsonMetricSchema]);
export type Metric = z.infer<typeof MetricSchema>;
export type PrometheusMetric = z.infer<typeof PrometheusMetricSchema>;
export type JsonMetric = z.infer<typeof JsonMetricSchema>;
