import { ArgumentValueSchema, IdSchema } from '../../domain/policy/common.schema.ts';
import { stagesAhead } from '../../domain/release/first-view.ts';
import { dutyText } from '../../domain/risk/duties.ts';
import { riskBands, riskFactors } from '../../domain/risk/model.ts';
import { riskRuleOf } from '../../domain/risk/rule.ts';
import { factorName } from '../../domain/risk/words.ts';
import { wilson } from '../../domain/risk/wilson.ts';
import { firstWeightOf } from '../../domain/rollout/plan.ts';
import { evaluateRisk } from '../../domain/gates/risk/evaluate.ts';
import { GantryError } from '../../platform/errors.ts';
import { currentPolicy } from '../../platform/record/policies.ts';
import { outcomesByBand } from '../../platform/record/risk-feedback.ts';
import { route } from '../http/route.ts';
import { InstantSchema, z } from './common.schema.ts';

const RiskSchema = z
  .object({
    title: z.string(),
    environment: z.string(),
    at: z.string(),
    points: z.int().min(0).max(100),
    measured: z.int().describe('Points of what was really measured; the rest stands for what is unknown.'),
    band: z.enum(riskBands),
    verdict: z.looseObject({ kind: z.string(), because: z.string() }),
    factors: z.array(
      z.object({
        factor: z.enum(riskFactors),
        name: z.string(),
        points: z.int(),
        cap: z.int(),
        state: z.enum(['measured', 'unknown', 'notApplicable']),
        sentence: z.string(),
        evidence: z.array(z.string()),
      }),
    ),
    blockers: z.array(z.object({ id: z.string(), because: z.string(), remedy: z.string() })),
    duties: z.array(z.object({ duty: z.string(), sentence: z.string() })),
    isGate: z.boolean().describe('Whether risk is a gate of this stage; else the usual bands are shown.'),
    feedback: z
      .array(
        z.object({
          band: z.enum(riskBands),
          n: z.int(),
          failed: z.int(),
          share: z.number(),
          low: z.number(),
          high: z.number(),
        }),
      )
      .describe('How deployments of each band went so far: shares with their interval at 95 %.'),
  })
  .openapi('Risk');

const risk = route({
  method: 'post',
  path: '/v1/risk',
  action: 'risk.preview',
  summary:
    'How risky a version is in an environment now, factor by factor, and what that asks for. Changes nothing.',
  body: z.strictObject({
    service: IdSchema,
    version: ArgumentValueSchema.max(100),
    environment: IdSchema.optional().describe('Left out: the last of its pipeline.'),
    ref: ArgumentValueSchema.max(256)
      .optional()
      .describe('Git ref or commit. Left out: the tag of the version.'),
    at: InstantSchema.optional().describe('When it is to start. Left out: now.'),
  }),
  example: { service: 'shop', version: '1.4.0', environment: 'production' },
  answer: { status: 200, description: 'The risk, with every factor explained.', schema: RiskSchema },
  problems: [
    'POLICY_NONE',
    'SERVICE_UNKNOWN',
    'ENVIRONMENT_UNKNOWN',
    'COMMIT_UNKNOWN',
    'COMMIT_NOT_ON_BRANCH',
  ],
  subject: async ({ body }) => ({ object: { services: [body.service] }, value: undefined }),
  async handle({ deps, body, now: at }) {
    const stored = await currentPolicy(deps.store.db);
    if (!stored) throw new GantryError('POLICY_NONE');
    const { policy, digest } = stored;
    const { service: id, version, environment: to, ref } = body;
    const service = policy.services.find((one) => one.id === id);
    if (!service) throw new GantryError('SERVICE_UNKNOWN', { service: id });
    const environment = to ?? stagesAhead({ components: [{ service: id, version }] }, policy).at(-1) ?? '';
    const stage = policy.pipelines[service.pipeline]?.find((one) => one.environment === environment);
    if (!stage) throw new GantryError('ENVIRONMENT_UNKNOWN', { environment });
    const now = at.toISOString();
    const [found, outcomes] = await Promise.all([
      deps.engine.assessRisk({
        policyDigest: digest,
        environment,
        components: [{ service: id, version, ...(ref === undefined ? {} : { ref }) }],
        now,
        ...(body.at === undefined ? {} : { startsAt: body.at }),
      }),
      outcomesByBand(deps.store.db),
    ]);
    const verdict = evaluateRisk(
      { rule: riskRuleOf(stage.risk), snapshot: found, firstWeights: [firstWeightOf(stage.deploy)] },
      now,
    );
    return {
      body: {
        title: `${id} ${version}`,
        environment,
        at: found.at,
        points: found.points,
        measured: found.measured,
        band: found.band,
        verdict,
        factors: found.factors.map((factor) => ({ ...factor, name: factorName(factor.factor) })),
        blockers: found.blockers,
        duties: found.duties.map((duty) => ({ duty, sentence: dutyText(duty) })),
        isGate: stage.risk !== undefined,
        feedback: riskBands.flatMap((band) => {
          const { n = 0, failed = 0 } = outcomes.find((one) => one.band === band) ?? {};
          const share = wilson(failed, n);
          return share ? [{ band, ...share }] : [];
        }),
      },
    };
  },
});

export const riskRoutes = [risk];
