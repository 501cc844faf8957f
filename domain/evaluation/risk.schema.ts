import { z } from 'zod';
import { configurationGroups, hardBlockers, migrationKinds, riskFactors } from '../risk/model.ts';
import { SentenceSchema } from './moment.schema.ts';

const count = z.int().min(0).max(1_000_000);

/** What is measured of each factor, as docs/gates/risk.md counts it. */
const MeasuresSchema = z.strictObject({
  size: z.strictObject({ files: count }).optional(),
  migration: z.strictObject({ worst: z.enum(migrationKinds), files: count.default(1) }).optional(),
  deps: z
    .strictObject({ patch: count.default(0), minor: count.default(0), major: count.default(0) })
    .optional(),
  config: z.strictObject({ groups: z.array(z.enum(configurationGroups)).max(3) }).optional(),
  contract: z.strictObject({ changed: count }).optional(),
  reach: z
    .strictObject({
      tier: z.union([z.literal(1), z.literal(2), z.literal(3)], 'is no tier: write 1, 2 or 3'),
      dependants: count.default(0),
    })
    .optional(),
  train: z.strictObject({ components: count }).optional(),
  newAuthor: z.strictObject({ authors: count }).optional(),
  age: z.strictObject({ days: count.nullable() }).optional(),
  history: z.strictObject({ failed: count, of: count.default(10) }).optional(),
  incidents: z
    .strictObject({ sev1: count.default(0), sev2: count.default(0), sev3: count.default(0) })
    .optional(),
  rollback: z
    .strictObject({ state: z.enum(['rehearsed', 'planned', 'failed', 'pointOfNoReturn']) })
    .optional(),
  evidence: z.strictObject({ results: count }).optional(),
  late: z.strictObject({ commits: count }).optional(),
  waivers: z.strictObject({ live: count, isOverBudget: z.boolean().default(false) }).optional(),
  soak: z.strictObject({ isShortened: z.boolean() }).optional(),
  timing: z
    .strictObject({
      isOffHours: z.boolean().default(false),
      isWeekEnding: z.boolean().default(false),
      isWindowEnding: z.boolean().default(false),
      isFreezeNear: z.boolean().default(false),
    })
    .optional(),
  bugs: z
    .strictObject({ blocker: count.default(0), major: count.default(0), minor: count.default(0) })
    .optional(),
  coverage: z.strictObject({ lost: z.number().min(-100).max(100) }).optional(),
  findings: z.strictObject({ error: count.default(0), warning: count.default(0) }).optional(),
});

/** How risky it is: by its points, or by what is measured of it. */
export const RiskFactSchema = z
  .strictObject({
    points: z.int().min(0).max(100).optional().describe('The sum, as it would be shown.'),
    factors: MeasuresSchema.optional().describe(
      'What was measured. `reach` and `train` that are left out follow from the policy, `migration` from the `files` of the components.',
    ),
    others: z
      .enum(['unknown', 'notApplicable'])
      .default('unknown')
      .describe('What all factors are that are left out: unknown ones count half of their cap.'),
    unknown: z
      .array(z.enum(riskFactors))
      .max(riskFactors.length)
      .default([])
      .describe('Factors that nobody can tell, whatever the others are.'),
    blockers: z
      .array(
        z.strictObject({
          id: z.enum(hardBlockers),
          because: SentenceSchema,
          remedy: SentenceSchema.default('Release another version.'),
        }),
      )
      .max(20)
      .default([])
      .describe('What no points outweigh.'),
  })
  .refine(({ points, factors }) => (points === undefined) !== (factors === undefined), {
    error: 'is neither points nor factors: write one of the two',
  });
export type RiskFact = z.infer<typeof RiskFactSchema>;
