import { instantText } from '../instant-text.ts';
import type { Policy, Stage } from '../policy/policy.schema.ts';
import type { StagePlan } from '../release/plan.ts';
import type { RiskSnapshot } from '../risk/snapshot.ts';
import type { Hash } from '../audit/chain.ts';
import { calendarOf, scheduleOf } from './calendar-facts.ts';
import type { Facts } from './facts.schema.ts';
import { checkViews, type WorkedOut } from './gate-facts.ts';
import { glassOf, postponementsOf, tasksWith } from './people-facts.ts';
import { planOf, type ComponentMode } from './plan.ts';
import type { Refusal } from './refusal.ts';
import { standingOf, type RequestStanding, type Void } from './request.ts';
import { riskOf } from './risk-facts.ts';
import { standingRowsOf } from './standing-facts.ts';
import type { WeighedVote } from './votes.ts';
import { waived } from './waiver-facts.ts';
import { quarantinesOf } from './way-facts.ts';

/** The stage that is asked about: its names, what its policy says of it, and the facts. */
export interface AskedStage {
  service: string;
  stage: string;
  facts: Facts;
  settings: Stage;
}

/** What facts of a stage come to: for its gates, and what else is told of them. */
export interface Findings {
  forGates: WorkedOut;
  /** Absent where nobody has been asked. */
  request?: RequestStanding;
  votes: WeighedVote[];
  modes: ComponentMode[];
  /** Absent where risk is no gate, or where the facts do not say. */
  risk?: RiskSnapshot;
  refusals: Refusal[];
}

/** Works out of facts what the gates ask for, in the order in which one thing hangs on another. */
export function workOut(
  policy: Policy,
  { service, stage, facts, settings }: AskedStage,
  { hash, zoneData }: { hash: Hash; zoneData: string },
): Findings {
  const planned = planOf(policy, settings, { service, facts, hash });
  const risk = riskOf(policy, settings, planned.plan, facts);
  const delays = postponementsOf(risk.plan, facts);
  const schedule = scheduleOf(facts, delays.views);
  const waivers = waived(risk.plan, checkViews(risk.plan, facts), facts);
  const { checks } = waivers;
  const { plan, standing, approval, votes } = standingOf(risk.plan, facts, {
    zone: policy.organisation.zone,
    ...(schedule.startBy === undefined ? {} : { startBy: schedule.startBy }),
    voids: [
      ...staleness(risk.plan, facts, risk.voids),
      ...waivers.voids,
      ...delays.views.map(({ at, by, until }) => ({
        at,
        until,
        because: `${by} postponed it until ${instantText(until)}.`,
      })),
    ],
    ahead: stagesFrom(policy, service, stage),
  });
  const glass = glassOf(plan, facts);
  const bans = quarantinesOf(facts);
  return {
    forGates: {
      policy,
      plan,
      facts,
      checks,
      approval,
      calendar: calendarOf(policy, plan, { facts, schedule, zoneData }),
      risk,
      standing: standingRowsOf(plan, facts, { quarantines: bans.standing, checks }),
      tasks: tasksWith(plan, facts, approval),
      postponements: delays.views,
      passed: glass.passed,
    },
    ...(standing ? { request: standing } : {}),
    votes,
    modes: planned.modes,
    ...(risk.found ? { risk: risk.found } : {}),
    refusals: [...waivers.refusals, ...delays.refusals, ...glass.refusals, ...bans.refusals],
  };
}

/** Why votes were given to something else than what there is now. */
const staleness = (
  { subjectDigest }: StagePlan,
  { request }: Facts,
  riskVoids: string | undefined,
): Void[] => [
  ...(request?.subjectDigest === undefined || request.subjectDigest === subjectDigest
    ? []
    : [{ because: 'what was to be approved has changed since.' }]),
  ...(riskVoids === undefined ? [] : [{ because: `${riskVoids}.` }]),
];

/** Environments of this stage and those after it. */
function stagesFrom(policy: Policy, service: string, stage: string): string[] {
  const known = policy.services.find(({ id }) => id === service);
  const all = policy.pipelines[known?.pipeline ?? '']?.map(({ environment }) => environment) ?? [];
  return all.slice(all.indexOf(stage));
}
