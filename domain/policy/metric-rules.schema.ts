import { z } from 'zod';
import { PositiveDurationSchema } from './common.schema.ts';
import { durationMs } from './duration.ts';

// Rules by which a metric may be judged instead of a condition (semantics §6.2, §6.3). They came after the first version of the
// format: each is optional, and what has a default has it inside of the rule only.

const BurnRuleSchema = z
  .strictObject({
    rate: z
      .number()
      .positive()
      .describe('How many times faster than planned the error budget may burn at most.'),
    long: PositiveDurationSchema.describe('The long window: that it is no short peak.'),
    short: PositiveDurationSchema.describe('The short window: that it is still so.'),
    verdict: z
      .enum(['failed', 'inconclusive', 'notice'])
      .default('failed')
      .describe('What it means when both windows reach the rate; `notice` is only said.'),
  })
  .refine(({ long, short }) => durationMs(short) <= durationMs(long), {
    error: 'is longer than the long window: write a shorter one, such as 5m beside 1h',
    path: ['short'],
  });
export type BurnRule = z.output<typeof BurnRuleSchema>;

/** Burn rate over several windows, without where the counts come from. */
export const BurnRateSchema = z.strictObject({
  slo: z
    .number()
    .gt(0, 'is no objective: write the share of good requests, such as 0.999')
    .lt(1, 'leaves no budget for errors: write the share of good requests, such as 0.999')
    .describe('Share of requests that are to be good, such as 0.999.'),
  minRequests: z
    .int()
    .min(1)
    .default(300)
    .describe('Requests that each window needs before its rule can say anything.'),
  rules: z
    .array(BurnRuleSchema)
    .min(1)
    .default([
      { rate: 14.4, long: '1h', short: '5m', verdict: 'failed' },
      { rate: 6, long: '6h', short: '30m', verdict: 'failed' },
      { rate: 3, long: '24h', short: '2h', verdict: 'inconclusive' },
      { rate: 1, long: '72h', short: '6h', verdict: 'notice' },
    ])
    .describe('Each is judged; the worst decides.'),
});
export type BurnRate = z.output<typeof BurnRateSchema>;

const tested = {
  baseline: z
    .enum(['concurrent', 'previous'], {
      error:
        'is no fair baseline: write concurrent (as many fresh instances of the old version beside the new) or previous (the same fleet before this version). Instances that have run for long are warmer than any canary',
    })
    .describe(
      'What it is compared with: `concurrent`, as many fresh instances of the old version beside the new, or `previous`, the same fleet before this version.',
    ),
  maxIncrease: z
    .number()
    .gt(1, 'leaves no room: write a factor above 1, such as 1.2')
    .default(1.2)
    .describe('Factor from which on a difference is harm; downwards it is the inverse.'),
  alpha: z
    .number()
    .gt(0, 'would never find harm: write a probability such as 0.02')
    .lt(0.5, 'would find harm by tossing a coin: write a probability such as 0.02')
    .default(0.02)
    .describe('How often a harmless version may be found harmful, over all looks of one analysis.'),
  looks: z
    .int()
    .min(1)
    .max(100)
    .default(1)
    .describe('How often it is looked at, evenly over the analysis; each look has its part of alpha.'),
};

/** Comparison of samples, without where they come from. */
export const CompareSchema = z.strictObject({
  ...tested,
  harm: z
    .enum(['up', 'down', 'both'])
    .default('up')
    .describe('Which way is worse: more of it, as with latency, or less, as with throughput.'),
  minSamples: z
    .int()
    .min(10, 'is too few to tell anything: write at least 10')
    .default(50)
    .describe('Samples that each side needs.'),
});
export type Compare = z.output<typeof CompareSchema>;

/** Comparison of errors among requests, without where the counts come from. */
export const CompareErrorsSchema = z.strictObject(tested);
export type CompareErrors = z.output<typeof CompareErrorsSchema>;

/** The same rules with the texts that find their numbers: queries of Prometheus, or JSON pointers. */
export function rulesFrom<T extends z.ZodType<string>>(text: T, words: { text: string; windowed: string }) {
  const sided = (what: string) =>
    z.strictObject({
      errors: text.describe(`${words.text} for the number of requests of ${what} that failed.`),
      requests: text.describe(`${words.text} for the number of all requests of ${what}.`),
    });
  return {
    burnRate: BurnRateSchema.extend({
      bad: text.describe(`${words.text} for the number of bad requests. ${words.windowed}`),
      total: text.describe(`${words.text} for the number of all requests. ${words.windowed}`),
    })
      .optional()
      .describe('Judges how fast the error budget burns, over several windows, instead of a condition.'),
    compare: CompareSchema.extend({
      candidate: text.describe(`${words.text} for the samples of the new version.`),
      against: text.describe(`${words.text} for the samples of the baseline.`),
    })
      .optional()
      .describe('Compares samples with those of a baseline, by a rank test, instead of a condition.'),
    compareErrors: CompareErrorsSchema.extend({
      candidate: sided('the new version').describe('The new version.'),
      against: sided('the baseline').describe('The baseline.'),
    })
      .optional()
      .describe(
        'Compares errors among requests with those of a baseline, exactly where they are rare, instead of a condition.',
      ),
  };
}

/** When a metric is measured, where it does not say so itself. */
export const placesOfAnalysis = ['before', 'steps', 'soak'] as const;
