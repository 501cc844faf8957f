import { IdSchema, PositiveDurationSchema } from '../../domain/policy/common.schema.ts';
import { durationMs } from '../../domain/policy/duration.ts';
import type { Route } from '../http/route.ts';
import { ReasonSchema, z } from './common.schema.ts';
import { analyses } from './analysis-report.ts';
import { given, steering } from './steering.ts';

const answer = {
  service: IdSchema.optional().describe('Component that is meant; left out: all that wait for an answer.'),
  reason: ReasonSchema,
};

/** What was measured of a release, and answers to an analysis that could not tell, or that failed where the policy asks people. */
export const analysisRoutes: readonly Route[] = [
  analyses,
  steering({
    path: 'continue',
    action: 'release.continue',
    summary: 'Go on although an analysis did not pass: for this step alone.',
    body: z.strictObject(answer),
    example: { reason: 'the dashboard is down, the logs are clean' },
    async handle(call, view) {
      const { service } = call.body;
      const extras = service === undefined ? {} : { service };
      return given(call, view, 'continueAnalysis', extras);
    },
  }),
  steering({
    path: 'extend',
    action: 'release.extend',
    summary: 'Stay at this exposure and measure for longer, 1 min to 72 h; passed, it goes on.',
    body: z.strictObject({
      ...answer,
      by: PositiveDurationSchema.describe('How long, such as PT30M or 30m.'),
    }),
    example: { by: 'PT30M', reason: 'hardly any traffic before nine' },
    async handle(call, view) {
      const { service, by } = call.body;
      const extras = { byMs: durationMs(by), ...(service === undefined ? {} : { service }) };
      return given(call, view, 'extendAnalysis', extras);
    },
  }),
];
