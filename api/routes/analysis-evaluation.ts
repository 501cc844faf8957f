import { evaluateAnalysis, type MetricEvaluation } from '../../domain/analysis/evaluate.ts';
import { AnalysisEvaluationSchema, evaluatedMetrics } from '../../domain/analysis/evaluation.schema.ts';
import { measurementVerdicts } from '../../domain/analysis/measurement.ts';
import { worstFirst } from '../../domain/analysis/phases.ts';
import { looked } from '../http/field-words.ts';
import { route } from '../http/route.ts';
import { InstantSchema, z } from './common.schema.ts';

const PhaseSchema = z.enum(worstFirst);

const StatisticsSchema = z
  .looseObject({
    rule: z.enum(['burnRate', 'compare', 'compareErrors']),
    n: z.int().optional().describe('Usable samples of the new version.'),
    m: z.int().optional().describe('Usable samples of the baseline.'),
    u: z.number().optional().describe('Mann–Whitney U of the new version.'),
    p: z.number().optional().describe('How likely so large a difference is where both are alike; one-sided.'),
    alphaAtLook: z.number().optional().describe('What p is compared with at this look.'),
    effect: z
      .number()
      .optional()
      .describe(
        'How large the difference is: a multiple of the baseline, or with `measure` share the share of pairs that the new version wins.',
      ),
    interval: z.array(z.number()).optional().describe('Where the effect lies with 95 %.'),
    limit: z.number().optional().describe('From where on the effect is harm.'),
    needed: z
      .int()
      .optional()
      .describe('Requests without an error that would be needed for a claim with 95 %.'),
  })
  .openapi('AnalysisStatistics');

const judged = {
  phase: PhaseSchema,
  reason: z.string(),
  statistics: StatisticsSchema.optional().describe(
    'Left out: a condition judges, or nothing could be computed.',
  ),
  measurements: z.array(
    z.object({
      at: InstantSchema,
      value: z.number().nullable(),
      verdict: z.enum(measurementVerdicts),
      because: z.string(),
      statistics: StatisticsSchema.optional(),
    }),
  ),
};

const EvaluationSchema = z
  .object({
    ...judged,
    metrics: z
      .array(z.object({ id: z.string().optional(), ...judged, dryRun: z.boolean() }))
      .describe('Each metric; the worst that is no dry run is the phase of the whole.'),
  })
  .openapi('AnalysisEvaluation');

/** No instant is later: what is only wrong beside `now` is no mistake beside this. */
const endOfTime = '9999-12-31T23:59:59Z';

/** Where `now` is not given, the rest is looked at all the same: whoever sends half of it is told of all that is missing at once. */
const BodySchema = AnalysisEvaluationSchema.superRefine(
  (value: unknown, context) => {
    const rest = looked(AnalysisEvaluationSchema, { ...Object(value), now: endOfTime });
    const { issues = [] } = rest.error ?? {};
    for (const { path, message, code } of issues)
      if (code === 'custom') context.addIssue({ code, path: [...path], message });
  },
  { when: ({ issues }) => issues.length > 0 && issues.every(({ path }) => path?.join() === 'now') },
);

const evaluate = route({
  method: 'post',
  path: '/v1/analysis/evaluate',
  action: 'analysis.evaluate',
  summary:
    'What analysis says of any metric rule and numbers. Nothing is asked of any source, nothing is read, nothing is kept.',
  body: BodySchema,
  example: {
    now: '2026-06-01T10:00:00Z',
    metric: { compareErrors: { baseline: 'concurrent' } },
    counts: {
      candidate: { errors: 6, requests: 40 },
      baseline: { errors: 0, requests: 40 },
    },
  },
  answer: {
    status: 200,
    description: 'The phase, why, and each measurement with its verdict and what was computed.',
    schema: EvaluationSchema,
  },
  handle({ body }) {
    const now = new Date(body.now).toISOString();
    const { phase, reason, metrics } = evaluateAnalysis(evaluatedMetrics(body), now);
    const only = body.metric ? metrics[0] : undefined;
    return Promise.resolve({
      body: { ...(only ? alone(only) : { phase, reason, measurements: [] }), metrics },
    });
  },
});

/** A single metric is the answer itself, also on dry run: whoever tries it wants to know. */
const alone = ({ phase, reason, statistics, measurements }: MetricEvaluation) => ({
  phase,
  reason,
  ...(statistics ? { statistics } : {}),
  measurements,
});

export const analysisEvaluationRoutes = [evaluate];
