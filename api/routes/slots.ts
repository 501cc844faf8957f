import { IdSchema } from '../../domain/policy/common.schema.ts';
import type { Policy, Stage } from '../../domain/policy/policy.schema.ts';
import type { ActionClass } from '../../domain/calendar/model.ts';
import { startByOf } from '../../domain/calendar/judge.ts';
import { stagesAhead } from '../../domain/release/first-view.ts';
import { modeOf } from '../../domain/release/mode.ts';
import { nameAmong } from '../../domain/release/names.ts';
import type { Intent } from '../../domain/release/state.ts';
import {
  simulatedAsks,
  simulatedGates,
  type SimulatedRow,
  type SimulationFacts,
} from '../../domain/release/simulated-gates.ts';
import { withStop } from '../../domain/full-stop.ts';
import { GantryError, messageOf } from '../../platform/errors.ts';
import { absencesAt } from '../../platform/record/absences.ts';
import { admit } from '../../platform/record/admit.ts';
import { besideWords, leftIn } from '../../platform/record/asked-beside.ts';
import { standingQuarantines } from '../../platform/record/gates/quarantines.ts';
import { runsAt } from '../../platform/record/running.ts';
import { outlookOf, slotsOf } from '../../platform/record/calendar/outlook.ts';
import { currentPolicy } from '../../platform/record/policies.ts';
import { mayKnowAbsences } from '../auth/told-to.ts';
import { nowOf, type ApiDeps } from '../deps.ts';
import { route } from '../http/route.ts';
import { evaluateReviews } from '../../domain/gates/review/evaluate.ts';
import { owedReviews } from '../../platform/record/reviews.ts';
import { versionRow } from '../version-row.ts';
import { PlannedInstantSchema, ReasonSchema, z } from './common.schema.ts';

const NeedSchema = z.object({ medianMs: z.number(), p90Ms: z.number(), samples: z.number() });
const RowSchema = z.looseObject({ gate: z.string(), kind: z.string(), because: z.string() });
const SpanSchema = z.object({ start: z.string(), end: z.string() });

const SlotsSchema = z
  .object({
    environment: z.string(),
    need: NeedSchema,
    slots: z.array(SpanSchema),
    missed: z.array(z.object({ start: z.string(), end: z.string().optional(), because: z.string() })),
    zone: z.string(),
    zoneData: z.string(),
  })
  .openapi('Slots');

const slots = route({
  method: 'get',
  path: '/v1/slots',
  action: 'release.read',
  summary: 'The next times at which a release fits, and why earlier openings do not do.',
  query: z.strictObject({
    service: IdSchema,
    version: z.string().max(100).optional(),
    environment: IdSchema.optional().describe('Left out: the last of its pipeline.'),
    from: PlannedInstantSchema.optional().describe('Left out: now.'),
    count: z.coerce.number().int().min(1).max(20).default(5),
  }),
  answer: { status: 200, description: 'Slots, earliest first.', schema: SlotsSchema },
  problems: ['POLICY_NONE', 'SERVICE_UNKNOWN', 'ENVIRONMENT_UNKNOWN'],
  subject: async ({ query }) => ({ object: { services: [query.service] }, value: undefined }),
  async handle({ deps, query }) {
    const { stage } = await stageOf(deps, query.service, query.environment);
    const now = nowOf(deps).toISOString();
    const found = await slotsOf(deps.store.db, {
      stage,
      services: [query.service],
      actionClass: 'planned',
      now,
      from: query.from ?? now,
      count: query.count,
    });
    return { body: { environment: stage.environment, ...found } };
  },
});

const SimulationSchema = z
  .object({
    title: z.string(),
    at: z.string(),
    stages: z.array(
      z.object({
        environment: z.string(),
        need: NeedSchema,
        verdicts: z.array(RowSchema),
        predicted: SpanSchema.optional(),
        approvals: z.array(
          z.object({
            rule: z.string(),
            atLeast: z.number(),
            candidates: z.array(z.string()),
            names: z.array(z.string()).describe('How these people are called.'),
            away: z
              .array(z.string())
              .optional()
              .describe(
                'Those of them who are away then and are asked all the same, for it does not go without.',
              ),
          }),
        ),
        expired: z.string().optional(),
        beside: z
          .array(z.string())
          .describe('What to know beside, such as what an ended release has left there.'),
        zoneData: z.string(),
      }),
    ),
  })
  .openapi('Simulation');

const simulate = route({
  method: 'post',
  path: '/v1/simulations',
  action: 'release.read',
  summary:
    'What would happen to a release that is to start at a time: what each gate would say, `unknown` where only a release can tell, prediction, who is asked. Changes nothing.',
  body: z.strictObject({
    service: IdSchema,
    version: z.string().min(1).max(100),
    to: IdSchema.optional(),
    alone: z.literal(true).optional().describe('To its last environment only, past no stage before it.'),
    at: PlannedInstantSchema.optional().describe('Left out: now.'),
    startBy: PlannedInstantSchema.optional(),
    urgent: ReasonSchema.optional(),
  }),
  example: { service: 'shop', version: '1.4.0', at: '2026-12-20T10:00:00Z' },
  answer: { status: 200, description: 'Each stage as it would be.', schema: SimulationSchema },
  problems: ['POLICY_NONE', 'SERVICE_UNKNOWN', 'ENVIRONMENT_UNKNOWN'],
  subject: async ({ body }) => ({ object: { services: [body.service] }, value: undefined }),
  async handle({ deps, body, caller }) {
    const known = await stageOf(deps, body.service, body.to);
    const { policy, baseDir, environments, digest, editedBy, editTokenMaker } = known;
    const madeBy = caller.grant.token?.madeBy;
    const { service, version } = body;
    const isAlone = body.alone === true;
    const missing = [
      ...(await admissionRows(deps, policy, { ...body, environment: environments.at(-1) })),
      ...(await versionRow({ service, version, policy, baseDir, dataDir: deps.config.dataDir })),
    ];
    const now = nowOf(deps).toISOString();
    const isUrgent = body.urgent !== undefined;
    const actionClass: ActionClass = isUrgent ? 'hotfix' : 'planned';
    const stages = [];
    let ready = now;
    const passed = isAlone ? environments.slice(-1) : environments;
    for (const [index, environment] of passed.entries()) {
      const stage = pipelineStage(policy, body.service, environment);
      const isTarget = index === passed.length - 1;
      const at = isTarget && body.at !== undefined && body.at > ready ? body.at : ready;
      const from = at > now ? at : now;
      const startBy = startByOf({
        ...(body.at === undefined ? {} : { at: body.at }),
        ...(body.startBy === undefined ? {} : { startBy: body.startBy }),
      });
      const { need, answer } = await outlookOf(deps.store.db, {
        stage,
        services: [body.service],
        actionClass,
        now: from,
        ...(isTarget && startBy !== undefined
          ? { schedule: { startBy: new Date(startBy).toISOString() } }
          : {}),
      });
      const facts: SimulationFacts = {
        policy,
        stage,
        component: { service, version },
        at: from,
        isUrgent,
        requester: caller.grant.person,
        tellsAbsences: mayKnowAbsences(caller),
        ...(editedBy === undefined ? {} : { policyEditor: editedBy }),
        ...(editTokenMaker === undefined ? {} : { editTokenMaker }),
        ...(madeBy === undefined ? {} : { requestTokenMaker: madeBy }),
        ...(await factsFor(deps, { stage, service, version, digest, at: from, now })),
      };
      stages.push({
        environment,
        need,
        verdicts: [
          ...(await reviewRow(deps, { service, at: from, isUrgent })),
          ...missing,
          ...answer.verdicts,
          ...simulatedGates(facts),
        ],
        ...(answer.predicted ? { predicted: answer.predicted } : {}),
        approvals: simulatedAsks(facts).map((ask) => ({
          ...ask,
          names: ask.candidates.map((person) => nameAmong(policy.people, person)),
        })),
        ...(answer.expired === undefined ? {} : { expired: answer.expired }),
        beside: besideWords(
          { left: await leftIn(deps.store.db, environment, [service]), isAlone },
          environment,
        ),
        zoneData: answer.zoneData,
      });
      ready = answer.predicted?.end ?? at;
    }
    return { body: { title: `${body.service} ${body.version}`, at: body.at ?? now, stages } };
  },
});

/** Objections that gates tell of themselves, each with its own row. */
const toldByGates: readonly string[] = ['DENIED_BY_GATE', 'REVIEW_OVERDUE'];

/** Why an order of it would be refused now. One that repeats or goes back to its last environment alone is taken for one that means to. */
async function admissionRows(
  { store: { db } }: ApiDeps,
  policy: Policy,
  o: {
    service: string;
    version: string;
    to?: string | undefined;
    urgent?: string | undefined;
    alone?: true | undefined;
    environment: string | undefined;
  },
): Promise<SimulatedRow[]> {
  const { service, version, to, urgent, alone, environment } = o;
  const running = environment === undefined ? undefined : await runsAt(db, environment, service);
  const mode = modeOf({ version }, running);
  const intent: Intent = alone && (mode === 'rollback' || mode === 'redeploy') ? mode : 'deploy';
  const wanted = {
    ...{ components: [{ service, version }], intent },
    ...(to === undefined ? {} : { to }),
    ...(urgent === undefined ? {} : { urgent }),
    ...(alone ? { only: true as const } : {}),
  };
  try {
    await admit(db, policy, wanted, new Date().toISOString());
    return [];
  } catch (error) {
    if (!(error instanceof GantryError)) throw error;
    return (error.problem.errors ?? [])
      .filter(({ code }) => !toldByGates.includes(code))
      .map(({ detail, remedy }) => ({ gate: 'admission', kind: 'denied' as const, because: detail, remedy }));
  }
}

/** What is denied to a planned release because a review of broken glass is overdue. */
async function reviewRow(
  { store: { db } }: ApiDeps,
  { service, at, isUrgent }: { service: string; at: string; isUrgent: boolean },
): Promise<SimulatedRow[]> {
  if (isUrgent) return [];
  const { row } = evaluateReviews(await owedReviews(db, { services: [service], except: '' }), at);
  return row ? [row] : [];
}

/** What the record and a worker say of the gates of one stage. */
async function factsFor(
  { store: { db }, engine }: ApiDeps,
  o: { stage: Stage; service: string; version: string; digest: string; at: string; now: string },
): Promise<Pick<SimulationFacts, 'quarantines' | 'absences' | 'running' | 'risk'>> {
  const { environment } = o.stage;
  const [quarantines, absences, running, risk] = await Promise.all([
    standingQuarantines(db),
    absencesAt(db, o.at),
    runsAt(db, environment, o.service),
    o.stage.risk === undefined
      ? undefined
      : engine
          .assessRisk({
            policyDigest: o.digest,
            environment,
            components: [{ service: o.service, version: o.version }],
            now: o.now,
            startsAt: o.at,
          })
          .then(
            (snapshot) => ({ snapshot }),
            (error: unknown) => ({ because: `Cannot be known now: ${withStop(messageOf(error))}` }),
          ),
  ]);
  return {
    quarantines,
    absences,
    ...(running ? { running: running.version } : {}),
    ...(risk ? { risk } : {}),
  };
}

async function stageOf(
  deps: ApiDeps,
  service: string,
  to: string | undefined,
): Promise<{
  policy: Policy;
  baseDir: string;
  digest: string;
  editedBy?: string;
  editTokenMaker?: string;
  stage: Stage;
  environments: string[];
}> {
  const stored = await currentPolicy(deps.store.db);
  if (!stored) throw new GantryError('POLICY_NONE');
  const { policy, baseDir, digest, editedBy, editTokenMaker } = stored;
  if (!policy.services.some(({ id }) => id === service))
    throw new GantryError('SERVICE_UNKNOWN', { service });
  const components = [{ service, version: '0.0.0' }];
  const environments = stagesAhead({ components, ...(to === undefined ? {} : { to }) }, policy);
  const environment = environments.at(-1) ?? '';
  if (to !== undefined && environment !== to)
    throw new GantryError('ENVIRONMENT_UNKNOWN', { environment: to });
  return {
    policy,
    baseDir,
    digest,
    ...(editedBy === undefined ? {} : { editedBy }),
    ...(editTokenMaker === undefined ? {} : { editTokenMaker }),
    stage: pipelineStage(policy, service, environment),
    environments,
  };
}

function pipelineStage(policy: Policy, service: string, environment: string): Stage {
  const pipeline = policy.services.find(({ id }) => id === service)?.pipeline ?? '';
  const stage = policy.pipelines[pipeline]?.find((one) => one.environment === environment);
  if (!stage) throw new GantryError('ENVIRONMENT_UNKNOWN', { environment });
  return stage;
}

export const slotRoutes = [slots, simulate];
