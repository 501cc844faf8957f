import { weekEndOf } from '../calendar/moment.ts';
import { evaluateRisk, isShutByDuty, whyRiskVoids } from '../gates/risk/evaluate.ts';
import type { Policy, Service, Stage } from '../policy/policy.schema.ts';
import type { StagePlan } from '../release/plan.ts';
import { dutiesOf } from '../risk/duties.ts';
import { rulesOfDuties } from '../risk/duty-rules.ts';
import { riskFactors, type Fact, type RiskFactor, type RiskFacts } from '../risk/model.ts';
import { bandAt, scoreRisk, type RiskScore } from '../risk/score.ts';
import type { RiskRule, RiskSnapshot } from '../risk/snapshot.ts';
import type { GateRow } from '../verdict.ts';
import { migrationRisk } from './changed-files.ts';
import type { Facts } from './facts.schema.ts';
import type { RiskFact } from './risk.schema.ts';

/** Risk as a gate of the stage, and the plan with the approval rules that its duties add. */
export interface RiskStanding {
  plan: StagePlan;
  rows: GateRow[];
  isByDuty: boolean;
  /** As it was found; absent where the facts do not say. */
  found?: RiskSnapshot;
  /** Why votes that were given before count no more. */
  voids?: string;
}

/** What risk says of the stage with these facts; no row where it is no gate there. */
export function riskOf(policy: Policy, stage: Stage, plan: StagePlan, facts: Facts): RiskStanding {
  const { risk } = plan;
  if (!risk) return { plan, rows: [], isByDuty: false };
  if (!facts.risk) {
    const because = 'Cannot tell how risky it is: give `risk` with its points or its factors.';
    return { plan, rows: [{ gate: 'risk', kind: 'waiting', because }], isByDuty: false };
  }
  const { rule } = risk;
  const scored = scoreOf(policy, plan, facts.risk, migrationRisk(policy, facts.components ?? []));
  const snapshot = (score: RiskScore, blockers: RiskSnapshot['blockers']) =>
    snapshotOf(policy, { stage, plan, facts, rule }, score, blockers);
  const found = snapshot(scored, facts.risk.blockers);
  const shown = facts.request?.risk;
  const agreed = shown === undefined ? undefined : snapshot({ ...scored, points: shown }, []);
  const voids = agreed && whyRiskVoids(agreed, found);
  const asked = agreed && voids === undefined ? agreed : found;
  const firstWeights = plan.deploy.steps.slice(0, 1).map(({ weight }) => weight);
  const gate = { rule, snapshot: found, firstWeights };
  return {
    plan: {
      ...plan,
      risk: { rule, ownRules: plan.rules, snapshot: asked },
      rules: [...plan.rules, ...asked.rules],
    },
    rows: [{ gate: 'risk', ...evaluateRisk(gate, facts.now) }],
    isByDuty: isShutByDuty(gate, facts.now),
    found,
    ...(voids === undefined ? {} : { voids }),
  };
}

function snapshotOf(
  policy: Policy,
  { stage, plan, facts, rule }: { stage: Stage; plan: StagePlan; facts: Facts; rule: RiskRule },
  { points, measured, factors }: RiskScore,
  blockers: RiskSnapshot['blockers'],
): RiskSnapshot {
  const band = bandAt(points, rule.bands);
  const duties = dutiesOf({ band, points }, rule);
  const weekEndsAt = weekEndOf(facts.now, policy.organisation.zone, stage.risk?.workingHours ?? {});
  return {
    at: facts.now,
    points,
    measured,
    band,
    factors,
    blockers,
    duties,
    ...rulesOfDuties(duties, policy, servicesOf(policy, plan)),
    ...(weekEndsAt === undefined ? {} : { weekEndsAt }),
  };
}

/** Points as they are given, or the sum of what was measured; what is left out of that is unknown unless the facts say otherwise. */
function scoreOf(
  policy: Policy,
  plan: StagePlan,
  { points, factors, others, unknown }: RiskFact,
  detected: RiskFacts['migration'] | undefined,
): RiskScore {
  if (!factors) return { points: points ?? 0, measured: points ?? 0, factors: [] };
  const left = (factor: RiskFactor): Fact<never> =>
    others === 'unknown' || unknown.includes(factor)
      ? { kind: 'unknown', because: 'the facts do not say.' }
      : { kind: 'notApplicable', because: 'The facts say that it does not arise.' };
  const given: Readonly<Record<string, unknown>> = { ...followingFrom(policy, plan), ...factors };
  const facts = Object.fromEntries(
    riskFactors.map((factor) => {
      if (unknown.includes(factor)) return [factor, left(factor)];
      if (given[factor] !== undefined)
        return [factor, { kind: 'measured', measure: given[factor], evidence: [] }];
      return [factor, factor === 'migration' && detected ? detected : left(factor)];
    }),
  ) as unknown as RiskFacts;
  return scoreRisk(facts);
}

/** What the policy itself tells: how many components there are, and how much hangs on a single one. */
function followingFrom(policy: Policy, plan: StagePlan): Readonly<Record<string, unknown>> {
  const train = { components: plan.components.length };
  const [only, ...others] = servicesOf(policy, plan);
  const tier = others.length === 0 ? only?.risk?.tier : undefined;
  if (only === undefined || tier === undefined) return { train };
  const dependants = policy.services.filter(({ dependsOn }) => dependsOn.includes(only.id)).length;
  return { train, reach: { tier, dependants } };
}

const servicesOf = (policy: Policy, plan: StagePlan): Service[] =>
  plan.components.flatMap(({ service }) => policy.services.find(({ id }) => id === service) ?? []);
