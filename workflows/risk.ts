import { isCancellation } from '@temporalio/workflow';
import {
  evaluateRisk,
  isShutByDuty,
  refusedAhead,
  whyRiskVoids,
  type RiskGateFacts,
} from '../domain/gates/risk/evaluate.ts';
import type { StagePlan } from '../domain/release/plan.ts';
import type { StageView } from '../domain/release/release.ts';
import type { RiskSnapshot } from '../domain/risk/snapshot.ts';
import { firstWeightOf } from '../domain/rollout/plan.ts';
import type { GateRow } from '../domain/verdict.ts';
import { pointsText } from '../domain/risk/words.ts';
import { causeOf, Stop } from './failures.ts';
import { freeLock } from './locks.ts';
import { reads } from './proxies.ts';
import type { ReleaseRun } from './run.ts';
import { voidApproval } from './void-approval.ts';

/** A snapshot serves this long while nothing changes; then whoever looks at the gates looks at the risk anew. */
const freshMs = 15 * 60_000;
/** While a release waits it is looked at this often, for moments pass and bugs are found. */
const lookMs = 4 * 3_600_000;
const againMs = 5 * 60_000;

/** The first look, at all stages at once: people see the risk from the start, and what can never be is refused at once. */
export async function assessAhead(run: ReleaseRun): Promise<void> {
  const stages = run.plan.stages.filter((stage) => stage.risk !== undefined);
  await Promise.all(stages.map((stage) => assess(run, stage)));
  for (const stage of stages) {
    const { risk } = run.stageView(stage);
    const why = risk && refusedAhead(risk, gateFacts(run, stage));
    if (why !== undefined) throw new Stop({ kind: 'refused', because: `${stage.environment}: ${why}` });
  }
}

/**
 * Keeps the risk of a stage up to date while its gates are asked. What people are asked about stays as it is while their
 * request stands; where the band rises or a hard blocker comes up, their votes are void, and they are asked anew.
 */
export async function followRisk(run: ReleaseRun, stage: StagePlan): Promise<void> {
  if (!stage.risk) return;
  const view = run.stageView(stage);
  if (isDue(run, stage, view)) await assess(run, stage);
  const { risk: found } = view;
  if (!found) return;
  const { snapshot: agreed } = stage.risk;
  const stands = view.approval?.state === 'open' || view.approval?.state === 'approved';
  const why = stands && agreed ? whyRiskVoids(agreed, found) : undefined;
  if (why !== undefined) await askAnew(run, stage, why);
  if (!stands || why !== undefined) askAbout(stage, found);
}

/** The gate's row; nothing where risk is no gate of this stage. */
export function riskRow(run: ReleaseRun, stage: StagePlan): GateRow[] {
  if (!stage.risk) return [];
  return [{ gate: 'risk', ...evaluateRisk(gateFacts(run, stage), run.now) }];
}

/** Nothing but duties of its band keeps the gate shut. */
export const isRiskByDuty = (run: ReleaseRun, stage: StagePlan): boolean =>
  stage.risk !== undefined && isShutByDuty(gateFacts(run, stage), run.now);

/** Nobody is asked about a risk that is denied, or not known: what is asked of whom hangs on it. A wait for another day is asked about. */
export function mayAskAtRisk(run: ReleaseRun, stage: StagePlan): boolean {
  if (!stage.risk) return true;
  if (stage.risk.snapshot === undefined || run.riskDoubts.has(stage.environment)) return false;
  return evaluateRisk(gateFacts(run, stage), run.now).kind !== 'denied';
}

/** When the risk of a stage is to be looked at again, in epoch milliseconds. */
export const nextRiskLook = (stage: StagePlan, view: StageView): number[] =>
  stage.risk && view.risk ? [Date.parse(view.risk.at) + lookMs] : [];

function gateFacts(run: ReleaseRun, stage: StagePlan): RiskGateFacts {
  const { risk } = stage;
  if (!risk) throw new Error(`risk is no gate of ${stage.environment}`);
  const { risk: snapshot } = run.stageView(stage);
  const doubt = run.riskDoubts.get(stage.environment);
  return {
    rule: risk.rule,
    ...(snapshot ? { snapshot } : {}),
    ...(doubt ? { doubt } : {}),
    firstWeights: [firstWeightOf(stage.deploy)],
  };
}

/** Votes were given to something that may go on, or was less risky: they are void, and others may have the environment meanwhile. */
export async function askAnew(run: ReleaseRun, stage: StagePlan, why: string): Promise<void> {
  const { approval } = run.stageView(stage);
  if (!approval) return;
  voidApproval(run, stage, why);
  run.tell(
    'approval.closed',
    `${run.title} → ${stage.environment}`,
    `The approval of ${run.title} for ${stage.environment} is void: ${why}. A new request follows.`,
    { facts: { request: approval.requestId, state: 'superseded' } },
  );
  await freeLock(run, stage);
}

/** From now on people are asked about this, under the stage's own rules and those that its duties add. */
function askAbout(stage: StagePlan, found: RiskSnapshot): void {
  if (!stage.risk) return;
  const ownRules = stage.risk.ownRules ?? stage.rules;
  stage.risk = { ...stage.risk, ownRules, snapshot: found };
  stage.rules = [...ownRules, ...found.rules];
}

/** What a verdict on risk hangs on beside time: another look is due when it has changed. */
const basisOf = (stage: StagePlan, view: StageView): string =>
  JSON.stringify([
    view.checks.map(({ id, service, round, outcome }) => [id, service, round, outcome]),
    stage.components.map(({ service, previousVersion }) => [service, previousVersion]),
    view.calendar?.predicted?.start,
  ]);

function isDue(run: ReleaseRun, stage: StagePlan, view: StageView): boolean {
  const doubt = run.riskDoubts.get(stage.environment);
  if (doubt) return run.now >= doubt.until;
  if (!view.risk || run.riskBases.get(stage.environment) !== basisOf(stage, view)) return true;
  return Date.now() - Date.parse(view.risk.at) >= freshMs;
}

/** One look; where it cannot be taken the gate stays shut and it is tried again. */
async function assess(run: ReleaseRun, stage: StagePlan): Promise<void> {
  const view = run.stageView(stage);
  const before = view.risk;
  run.riskBases.set(stage.environment, basisOf(stage, view));
  try {
    const summary = `risk of ${run.title} in ${stage.environment}`;
    view.risk = await reads.assessRisk.executeWithOptions({ summary }, [riskInput(run, stage, view)]);
    run.riskDoubts.delete(stage.environment);
  } catch (error) {
    if (isCancellation(error)) throw error;
    const until = new Date(Date.now() + againMs).toISOString();
    run.riskDoubts.set(stage.environment, { because: causeOf(error).because, until });
    return;
  }
  const { risk } = view;
  if (before?.points === risk.points && before.band === risk.band) return;
  run.tell(
    'risk.assessed',
    stage.environment,
    `The risk of ${run.title} in ${stage.environment} is ${pointsText(risk)}.`,
    {
      facts: {
        points: risk.points,
        band: risk.band,
        factors: Object.fromEntries(
          risk.factors
            .filter(({ points, state }) => points > 0 || state === 'unknown')
            .map(({ factor, points, state, sentence }) => [factor, { points, state, sentence }]),
        ),
        blockers: risk.blockers.map(({ id }) => id),
      },
    },
    true,
  );
}

function riskInput(
  run: ReleaseRun,
  stage: StagePlan,
  view: StageView,
): Parameters<typeof reads.assessRisk>[0] {
  const isLast = stage.environment === run.plan.stages.at(-1)?.environment;
  const startsAt = view.calendar?.predicted?.start ?? (isLast ? run.view.schedule?.at : undefined);
  const cutoffAt = run.view.milestones?.find(({ kind }) => kind === 'codeComplete')?.plannedAt;
  return {
    policyDigest: run.order.policyDigest,
    environment: stage.environment,
    components: run.view.components,
    releaseId: run.view.id,
    now: run.now,
    ...(startsAt === undefined || startsAt < run.now ? {} : { startsAt }),
    ...(cutoffAt === undefined ? {} : { cutoffAt }),
    ...(run.order.train ? { train: run.order.train } : {}),
    ...(stage.heedsReviews ? { heedsReviews: true } : {}),
  };
}
