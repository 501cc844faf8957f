import { worstFirst } from '../../domain/analysis/phases.ts';
import type { AnalysisReport } from '../../domain/analysis/report.ts';
import { numberText } from '../../domain/analysis/number-text.ts';
import { analysesOf } from '../../platform/record/analysis.ts';
import { route } from '../http/route.ts';
import { InstantSchema, PlannedInstantSchema, releaseParams, z } from './common.schema.ts';
import { releaseOf } from './release-of.ts';

const PhaseSchema = z.enum(worstFirst);
const count = z.number().int();

const MetricReportSchema = z.object({
  id: z.string(),
  phase: PhaseSchema.describe('As concluded by then; running: nothing was concluded yet.'),
  because: z.string(),
  dryRun: z.boolean(),
  failWhen: z.string().optional(),
  passWhen: z.string().optional(),
  limits: z.array(z.number()).describe('Numbers that the conditions compare with.'),
  n: count.describe('Measurements of this analysis by then.'),
  verdicts: z.record(z.string(), count),
  baseline: z
    .object({ version: z.string(), n: count, median: z.number(), low: z.number(), high: z.number() })
    .optional()
    .describe('The same metric while the version before soaked: median, and where nine of ten values lay.'),
  measurements: z
    .array(
      z.object({
        number: count,
        at: InstantSchema,
        value: z.union([z.number(), z.enum(['+Inf', '-Inf', 'NaN'])]).nullable(),
        verdict: z.string(),
        because: z.string(),
        statistics: z.unknown().optional(),
      }),
    )
    .describe('The newest 200, oldest first.'),
});

const AnalysesSchema = z
  .object({
    releaseId: z.string(),
    at: InstantSchema,
    analyses: z.array(
      z.object({
        environment: z.string(),
        service: z.string(),
        place: z.string().describe('`step 1`, `soak`.'),
        number: count.describe('More than 1 where the place was extended or measured afresh.'),
        phase: PhaseSchema,
        because: z.string(),
        isOver: z.boolean(),
        startedAt: z.string().optional(),
        endedAt: z.string().optional(),
        metrics: z.array(MetricReportSchema),
      }),
    ),
  })
  .openapi('Analyses');

/** JSON knows no infinity, so what is not finite travels as text. */
const inJson = (reports: readonly AnalysisReport[]) =>
  reports.map((report) => ({
    ...report,
    metrics: report.metrics.map((metric) => ({
      ...metric,
      measurements: metric.measurements.map((row) => ({
        ...row,
        value: row.value === null || Number.isFinite(row.value) ? row.value : numberText(row.value),
      })),
    })),
  }));

/** `GET /v1/releases/{id}/analysis` */
export const analyses = route({
  method: 'get',
  path: '/v1/releases/{id}/analysis',
  action: 'release.read',
  summary:
    'Every analysis of it as it was at an instant: measurements by then, what they amounted to, and why.',
  params: releaseParams,
  query: z.strictObject({ at: PlannedInstantSchema.optional().describe('Left out: now.') }),
  answer: { status: 200, description: 'Analyses, oldest first.', schema: AnalysesSchema },
  problems: ['NOT_FOUND', 'AMBIGUOUS_ID'],
  subject: releaseOf,
  async handle({ deps, query, now }, view) {
    const at = new Date(query.at ?? now).toISOString();
    return { body: { releaseId: view.id, at, analyses: inJson(await analysesOf(deps.store.db, view, at)) } };
  },
});
