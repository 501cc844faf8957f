import { evaluatePolicy, type Evaluation } from '../../domain/evaluation/evaluate.ts';
import { FactsSchema, FragmentSchema } from '../../domain/evaluation/facts.schema.ts';
import { placeInFragment, policyAround } from '../../domain/evaluation/fragment.ts';
import { requestStates } from '../../domain/evaluation/request-states.ts';
import { evaluable } from '../../domain/evaluation/readable.ts';
import { riskBands } from '../../domain/risk/model.ts';
import { IdSchema } from '../../domain/policy/common.schema.ts';
import type { Policy } from '../../domain/policy/policy.schema.ts';
import type { FieldProblem } from '../../domain/problem-code.ts';
import { GantryError, problem } from '../../platform/errors.ts';
import { sha256 } from '../../platform/ids.ts';
import { currentPolicy } from '../../platform/record/policies.ts';
import { route, type RouteDeps } from '../http/route.ts';
import { InstantSchema, z } from './common.schema.ts';

const EvaluatePolicySchema = z
  .strictObject({
    policy: z
      .record(z.string(), z.unknown())
      .optional()
      .describe('A whole gantry.yaml as JSON. Left out, like `fragment`: the policy in force.'),
    fragment: FragmentSchema.optional().describe('Instead of a policy: people, and one stage.'),
    service: IdSchema.optional().describe('Service that is released. May be left out with a fragment only.'),
    stage: IdSchema.optional().describe(
      'Environment of the stage in its pipeline. May be left out with a fragment only.',
    ),
    facts: FactsSchema.describe('What is given as true.'),
  })
  .superRefine(({ policy, fragment, service, stage }, context) => {
    const missing = (name: string): void =>
      context.addIssue({ code: 'custom', path: [name], message: 'is missing: write the name of one' });
    if (policy && fragment)
      context.addIssue({
        code: 'custom',
        path: ['fragment'],
        message: 'stands beside a policy: write one of the two',
      });
    if (fragment) return;
    if (service === undefined) missing('service');
    if (stage === undefined) missing('stage');
  })
  .openapi('PolicyEvaluationOrder');

type EvaluatePolicy = z.output<typeof EvaluatePolicySchema>;

const AskSchema = z.object({ rule: z.string(), candidates: z.array(z.string()), seats: z.int() });

const GateRowSchema = z
  .looseObject({
    gate: z.string(),
    kind: z.enum(['allowed', 'waiting', 'needsPeople', 'denied']),
    because: z.string(),
    until: InstantSchema.optional(),
    passed: z
      .object({ by: z.string(), because: z.string(), until: InstantSchema })
      .optional()
      .describe('Broken glass passes it: the verdict stays.'),
    who: z.array(AskSchema).optional(),
    remedy: z.string().optional(),
  })
  .openapi('EvaluatedGate');

const EvaluationSchema = z
  .object({
    service: z.string(),
    stage: z.string(),
    at: InstantSchema,
    headline: GateRowSchema,
    gates: z.array(GateRowSchema),
    tally: z.looseObject({
      seats: z.array(
        z.object({
          rule: z.string(),
          atLeast: z.int(),
          filled: z.int(),
          candidates: z.array(z.string()).describe('Whose vote would still help under it.'),
        }),
      ),
      filled: z.int(),
      total: z.int(),
      complete: z.boolean(),
      who: z.array(AskSchema),
    }),
    request: z
      .object({
        state: z.enum(requestStates),
        openedAt: InstantSchema,
        deadline: InstantSchema,
        at: InstantSchema.describe(
          'When it is looked at again, when its grace time ends, or when it closed.',
        ),
        outcome: z.enum(['approved', 'rejected']).optional().describe('How its grace time will end.'),
        escalatedAt: InstantSchema.optional().describe('When it was given more time.'),
        because: z.string().optional().describe('Why its votes count no more.'),
      })
      .optional()
      .describe('Left out: nobody has been asked.'),
    votes: z.array(
      z.object({
        person: z.string(),
        choice: z.enum(['approve', 'reject']),
        at: InstantSchema,
        counts: z.boolean(),
        because: z.string().optional().describe('Why it does not count.'),
      }),
    ),
    excluded: z.array(z.object({ person: z.string(), because: z.string(), as: z.array(z.string()) })),
    components: z.array(
      z.object({
        service: z.string(),
        version: z.string(),
        mode: z.enum(['deploy', 'redeploy', 'rollback', 'reused', 'unordered']),
      }),
    ),
    unreachable: z.string().optional().describe('Why its release would be refused when it is planned.'),
    refusals: z
      .array(z.object({ fact: z.string(), because: z.string() }))
      .describe(
        'Facts that a real release would not have taken, such as a waiver by whoever may not give one.',
      ),
    risk: z
      .looseObject({
        points: z.int(),
        measured: z.int(),
        band: z.enum(riskBands),
        duties: z.array(z.string()),
        factors: z.array(z.looseObject({ factor: z.string(), points: z.int(), sentence: z.string() })),
      })
      .optional()
      .describe('Left out: risk is no gate of this stage, or the facts do not say.'),
    subjectDigest: z.string().describe('What an approval would be given to.'),
    calendar: z.looseObject({
      predicted: z.object({ start: InstantSchema, end: InstantSchema }).optional(),
      nextLook: InstantSchema.optional(),
      despite: z.array(z.string()),
      zoneData: z.string(),
    }),
  })
  .openapi('PolicyEvaluation');

const evaluate = route({
  method: 'post',
  path: '/v1/policy/evaluate',
  action: 'policy.evaluate',
  summary:
    'What each gate of a stage would say with given facts. Nothing is read of any release, nothing is kept.',
  body: EvaluatePolicySchema,
  example: {
    fragment: {
      people: [
        { id: 'ana', roles: ['qa', 'security'] },
        { id: 'ben', roles: ['qa'] },
        { id: 'cem', roles: ['security'] },
      ],
      environment: { production: true },
      stage: { approvals: [{ role: 'qa' }, { role: 'security' }] },
    },
    facts: {
      now: '2026-06-01T10:30:00Z',
      authors: ['ben'],
      request: { openedAt: '2026-06-01T09:00:00Z' },
      votes: [{ person: 'ana', choice: 'approve', at: '2026-06-01T10:00:00Z' }],
    },
  },
  answer: {
    status: 200,
    description: 'Each gate with its verdict, and where the votes stand.',
    schema: EvaluationSchema,
  },
  problems: ['POLICY_NONE', 'POLICY_INVALID', 'FACTS_INVALID'],
  subject: async ({ body }) => ({
    // Only who asks about the policy in force learns anything of a service.
    object: { services: body.policy || body.fragment ? [] : [body.service ?? ''] },
    value: undefined,
  }),
  async handle({ deps, body }) {
    const service = body.service ?? 'service';
    const stage = body.stage ?? body.fragment?.stage.environment ?? 'production';
    const policy = await policyOf(deps, body, { service, stage });
    return { body: evaluated(policy, { service, stage, facts: body.facts }) };
  },
});

function evaluated(policy: Policy, asked: Parameters<typeof evaluatePolicy>[1]): Evaluation {
  const zoneData = process.versions['tz'] ?? 'unknown';
  const { evaluation, misfits } = evaluatePolicy(policy, asked, {
    hash: sha256,
    zoneData,
    tell: problem,
  });
  if (evaluation) return evaluation;
  const errors = misfits.map(({ path, detail, remedy }) => ({
    pointer: pointer(path),
    code: 'NAME_UNKNOWN',
    detail,
    remedy,
  }));
  throw new GantryError('FACTS_INVALID', { detail: sentence(errors) }, { errors });
}

async function policyOf(
  deps: Pick<RouteDeps, 'store'>,
  { policy, fragment }: Pick<EvaluatePolicy, 'policy' | 'fragment'>,
  names: { service: string; stage: string },
): Promise<Policy> {
  if (policy) return readable(policy, (path) => ['policy', ...path]);
  if (fragment)
    return readable(policyAround(fragment, names), (path) => [
      'fragment',
      ...placeInFragment(path, fragment.before.length),
    ]);
  const stored = await currentPolicy(deps.store.db);
  if (!stored) throw new GantryError('POLICY_NONE');
  return stored.policy;
}

/** @throws POLICY_INVALID with every mistake and its place in the request */
function readable(value: unknown, place: (path: (string | number)[]) => (string | number)[]): Policy {
  const { policy, problems } = evaluable(value);
  if (policy) return policy;
  const errors = problems.map(({ path, code, detail, remedy }) => ({
    pointer: pointer(place(path)),
    code,
    detail,
    remedy,
  }));
  throw new GantryError('POLICY_INVALID', { detail: sentence(errors), count: errors.length }, { errors });
}

const pointer = (path: readonly (string | number)[]): string =>
  path.map((part) => `/${String(part).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');

const sentence = (errors: readonly FieldProblem[]): string =>
  errors
    .map((one) => `${one.pointer}: ${one.detail}`)
    .join(' ')
    .replace(/\.$/, '');

export const policyEvaluationRoutes = [evaluate];
