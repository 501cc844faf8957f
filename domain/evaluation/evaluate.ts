import type { Hash } from '../audit/chain.ts';
import type { CalendarAnswer } from '../calendar/model.ts';
import { electorateOf } from '../gates/approvals/electorate.ts';
import { tally, unreachable, type Tally } from '../gates/approvals/quorum.ts';
import type { Policy } from '../policy/policy.schema.ts';
import type { StagePlan } from '../release/plan.ts';
import type { ApprovalView } from '../release/release.ts';
import type { RiskSnapshot } from '../risk/snapshot.ts';
import { headlineVerdict, type GateRow } from '../verdict.ts';
import { admissionRow, type Tell } from './admission.ts';
import type { Facts } from './facts.schema.ts';
import { gateRows } from './gate-rows.ts';
import { findMisfits, findStage } from './known-names.ts';
import type { Misfit } from './misfit.ts';
import type { ComponentMode } from './plan.ts';
import type { Refusal } from './refusal.ts';
import type { RequestStanding } from './request.ts';
import type { WeighedVote } from './votes.ts';
import { workOut, type AskedStage } from './work-out.ts';

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

function evaluated(policy: Policy, asked: AskedStage, means: Means): Evaluation {
  const { service, stage, facts } = asked;
  const { forGates, request, votes, modes, risk, refusals } = workOut(policy, asked, means);
  const { plan, approval, calendar } = forGates;
  const gates = [...admissionRow(policy, { stage, service, facts }, means.tell), ...gateRows(forGates)];
  const hopeless = unreachable(electorateOf(plan));
  return {
    service,
    stage,
    at: facts.now,
    headline: headlineOf(gates),
    gates,
    tally: tallyOf(plan, approval),
    ...(request ? { request } : {}),
    votes,
    excluded: plan.excluded,
    components: modes,
    ...(hopeless === undefined ? {} : { unreachable: hopeless }),
    refusals,
    ...(risk ? { risk: countedRisk(risk) } : {}),
    subjectDigest: plan.subjectDigest,
    calendar: { ...outlookOf(calendar), zoneData: means.zoneData },
  };
}

function tallyOf(plan: StagePlan, approval: ApprovalView | undefined): Evaluation['tally'] {
  const { seats, filled, total, complete, rejections, who } = tally({
    ...electorateOf(plan),
    votes: approval?.votes ?? [],
  });
  return { seats, filled, total, complete, rejections, who };
}

const countedRisk = ({
  points,
  measured,
  band,
  duties,
  factors,
}: RiskSnapshot): NonNullable<Evaluation['risk']> => ({ points, measured, band, duties, factors });

const outlookOf = ({
  predicted,
  nextLook,
  despite,
}: CalendarAnswer): Omit<Evaluation['calendar'], 'zoneData'> => ({
  ...(predicted ? { predicted } : {}),
  ...(nextLook === undefined ? {} : { nextLook }),
  despite,
});

function headlineOf(gates: readonly GateRow[]): GateRow {
  const head = headlineVerdict(gates);
  return head && head.kind !== 'allowed'
    ? head
    : { gate: 'all', kind: 'allowed', because: 'All gates allow it.' };
}
