import type { Hash } from '../audit/chain.ts';
import type { CalendarAnswer } from '../calendar/model.ts';
import { electorateOf } from '../gates/approvals/electorate.ts';
import { tally, unreachable, type Tally } from '../gates/approvals/quorum.ts';
import { evaluateHolds } from '../gates/holds/evaluate.ts';
import { evaluateGates } from '../gates/index.ts';
import type { Policy, Stage } from '../policy/policy.schema.ts';
import type { StagePlan } from '../release/plan.ts';
import type { RiskSnapshot } from '../risk/snapshot.ts';
import { allAllowed, headlineVerdict, type GateRow, type GateVerdict } from '../verdict.ts';
import { admissionRow, type Tell } from './admission.ts';
import { calendarOf, scheduleOf } from './calendar-facts.ts';
import type { Facts } from './facts.schema.ts';
import { checkViews, gateFactsOf, type WorkedOut } from './gate-facts.ts';
import { findMisfits, findStage } from './known-names.ts';
import type { Misfit } from './misfit.ts';
import { glassOf, postponementsOf, tasksWith } from './people-facts.ts';
import { planOf, type ComponentMode } from './plan.ts';
import type { Refusal } from './refusal.ts';
import { standingOf, type RequestStanding, type Void } from './request.ts';
import { riskOf } from './risk-facts.ts';
import { standingRowsOf } from './standing-facts.ts';
import type { WeighedVote } from './votes.ts';
import { waived } from './waiver-facts.ts';
import { quarantinesOf } from './way-facts.ts';
import { instantText } from '../instant-text.ts';

/** What a policy says of one stage with given facts. */
export interface Evaluation {
  service: string;
  stage: string;
  /** The instant that was asked about. */
  at: string;
  /** The row that heads the list; where all gates allow, one that says so. */
  headline: GateRow;
  /** One row a gate, in the order in which they stand before a stage. */
  gates: GateRow[];
  tally: Omit<Tally, 'rejection'>;
  /** Absent where nobody has been asked. */
  request?: RequestStanding;
  votes: WeighedVote[];
  excluded: StagePlan['excluded'];
  components: ComponentMode[];
  /** Why a release would be refused when it is planned: no votes whatever could fill the rules. */
  unreachable?: string;
  /** Facts that a real release would not have taken, and why. */
  refusals: Refusal[];
  /** Risk as it was counted; absent where it is no gate of the stage, or where the facts do not say. */
  risk?: Pick<RiskSnapshot, 'points' | 'measured' | 'band' | 'duties' | 'factors'>;
  /** What an approval would be given to. */
  subjectDigest: string;
  calendar: Pick<CalendarAnswer, 'predicted' | 'nextLook' | 'despite' | 'zoneData'>;
}

/** What evaluation needs from outside: hashing, words of known problems, and which zone data this process has. */
export interface Means {
  hash: Hash;
  tell: Tell;
  zoneData: string;
}

/**
 * Evaluates one stage of a policy with facts that are given, by the rules that a release of it would meet: the same gates, the
 * same counting of votes, the same closing, the same calendar. Names that the policy does not know come back as misfits.
 */
export function evaluatePolicy(
  policy: Policy,
  { service, stage, facts }: { service: string; stage: string; facts: Facts },
  means: Means,
): { evaluation?: Evaluation; misfits: Misfit[] } {
  const { found, misfits } = findStage(policy, { service, stage });
  if (!found) return { misfits };
  const wrong = findMisfits(policy, found, facts);
  if (wrong.length > 0)
    return { misfits: wrong.map((misfit) => ({ ...misfit, path: ['facts', ...misfit.path] })) };
  return { misfits: [], evaluation: evaluated(policy, { service, stage, facts, settings: found }, means) };
}

function evaluated(
  policy: Policy,
  asked: { service: string; stage: string; facts: Facts; settings: Stage },
  { hash, zoneData, tell }: Means,
): Evaluation {
  const { service, stage, facts, settings } = asked;
  const planned = planOf(policy, settings, { service, facts, hash });
  const risk = riskOf(policy, settings, planned.plan, facts);
  const delays = postponementsOf(risk.plan, facts);
  const schedule = scheduleOf(facts, delays.views);
  const withWaivers = waived(risk.plan, checkViews(risk.plan, facts), facts);
  const { plan, standing, approval, votes } = standingOf(risk.plan, facts, {
    zone: policy.organisation.zone,
    ...(schedule.startBy === undefined ? {} : { startBy: schedule.startBy }),
    voids: [
      ...staleness(risk.plan, facts, risk.voids),
      ...withWaivers.voids,
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
  const { checks } = withWaivers;
  const calendar = calendarOf(policy, plan, { facts, schedule, zoneData });
  const gates = [
    ...admissionRow(policy, { stage, service, facts }, tell),
    ...rowsOf({
      policy,
      plan,
      facts,
      checks,
      approval,
      calendar,
      risk,
      standing: standingRowsOf(plan, facts, { quarantines: bans.standing, checks }),
      tasks: tasksWith(plan, facts, approval),
      postponements: delays.views,
      passed: glass.passed,
    }),
  ];
  const electorate = electorateOf(plan);
  const { seats, filled, total, complete, rejections, who } = tally({
    ...electorate,
    votes: approval?.votes ?? [],
  });
  const hopeless = unreachable(electorate);
  const { predicted, nextLook, despite } = calendar;
  const { found } = risk;
  return {
    service,
    stage,
    at: facts.now,
    headline: headlineOf(gates),
    gates,
    tally: { seats, filled, total, complete, rejections, who },
    ...(standing ? { request: standing } : {}),
    votes,
    excluded: plan.excluded,
    components: planned.modes,
    ...(hopeless === undefined ? {} : { unreachable: hopeless }),
    refusals: [...withWaivers.refusals, ...delays.refusals, ...glass.refusals, ...bans.refusals],
    ...(found
      ? {
          risk: {
            points: found.points,
            measured: found.measured,
            band: found.band,
            duties: found.duties,
            factors: found.factors,
          },
        }
      : {}),
    subjectDigest: plan.subjectDigest,
    calendar: {
      ...(predicted ? { predicted } : {}),
      ...(nextLook === undefined ? {} : { nextLook }),
      despite,
      zoneData,
    },
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

/** The environment is asked for when all other gates allow, and is had at once where nobody was said to be before. */
function rowsOf(workedOut: WorkedOut): GateRow[] {
  const { facts } = workedOut;
  const ask = (granted: boolean): GateRow[] => {
    const rows = evaluateGates(gateFactsOf(workedOut, granted), [], facts.now).map(withoutSince);
    if (facts.holds.length === 0) return rows;
    const holds = facts.holds.map((hold) => ({
      by: hold.by,
      reason: hold.reason,
      at: hold.at ?? facts.now,
      kind: 'person' as const,
    }));
    return [...rows, { gate: 'hold', ...evaluateHolds(holds) }];
  };
  const rows = ask(false);
  const isOpen = allAllowed(rows.filter(({ gate }) => gate !== 'lock'));
  return isOpen && !facts.lock ? ask(true) : rows;
}

/** Since when a verdict holds is nothing that facts of one instant can tell. */
function withoutSince(verdict: GateVerdict): GateRow {
  const row: GateRow & { since?: string } = { ...verdict };
  delete row.since;
  return row;
}

function headlineOf(gates: readonly GateRow[]): GateRow {
  const head = headlineVerdict(gates);
  return head && head.kind !== 'allowed'
    ? head
    : { gate: 'all', kind: 'allowed', because: 'All gates allow it.' };
}
