import type { Hash } from '../audit/chain.ts';
import type { CalendarAnswer } from '../calendar/model.ts';
import { electorateOf } from '../gates/approvals/electorate.ts';
import { tally, unreachable, type Tally } from '../gates/approvals/quorum.ts';
import { evaluateHolds } from '../gates/holds/evaluate.ts';
import { evaluateGates } from '../gates/index.ts';
import type { Policy } from '../policy/policy.schema.ts';
import type { StagePlan } from '../release/plan.ts';
import { allAllowed, headlineVerdict, type GateRow, type GateVerdict } from '../verdict.ts';
import { calendarOf } from './calendar-facts.ts';
import type { Facts } from './facts.schema.ts';
import { gateFactsOf, type WorkedOut } from './gate-facts.ts';
import { findMisfits, findStage, type Misfit } from './known-names.ts';
import { planOf, type ComponentMode } from './plan.ts';
import { standingOf, type RequestStanding, type WeighedVote } from './request.ts';

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
  /** What an approval would be given to. */
  subjectDigest: string;
  calendar: Pick<CalendarAnswer, 'predicted' | 'nextLook' | 'despite' | 'zoneData'>;
}

/** What evaluation needs from outside: hashing, and which zone data this process has. */
export interface Means {
  hash: Hash;
  zoneData: string;
}

/**
 * Evaluates one stage of a policy with facts that are given, by the rules that a release of it would meet: the same gates, the
 * same counting of votes, the same closing, the same calendar. Names that the policy does not know come back as misfits.
 */
export function evaluatePolicy(
  policy: Policy,
  { service, stage, facts }: { service: string; stage: string; facts: Facts },
  { hash, zoneData }: Means,
): { evaluation?: Evaluation; misfits: Misfit[] } {
  const { found, misfits } = findStage(policy, { service, stage });
  if (!found) return { misfits };
  const wrong = findMisfits(policy, found, facts);
  if (wrong.length > 0)
    return { misfits: wrong.map((misfit) => ({ ...misfit, path: ['facts', ...misfit.path] })) };
  const { plan, modes } = planOf(policy, found, { service, facts, hash });
  const { standing, approval, votes } = standingOf(plan, facts);
  const calendar = calendarOf(policy, plan, facts, zoneData);
  const gates = rowsOf({ policy, plan, facts, approval, calendar });
  const electorate = electorateOf(plan);
  const { seats, filled, total, complete, rejections, who } = tally({
    ...electorate,
    votes: approval?.votes ?? [],
  });
  const hopeless = unreachable(electorate);
  const { predicted, nextLook, despite } = calendar;
  return {
    misfits: [],
    evaluation: {
      service,
      stage,
      at: facts.now,
      headline: headlineOf(gates),
      gates,
      tally: { seats, filled, total, complete, rejections, who },
      ...(standing ? { request: standing } : {}),
      votes,
      excluded: plan.excluded,
      components: modes,
      ...(hopeless === undefined ? {} : { unreachable: hopeless }),
      subjectDigest: plan.subjectDigest,
      calendar: {
        ...(predicted ? { predicted } : {}),
        ...(nextLook === undefined ? {} : { nextLook }),
        despite,
        zoneData,
      },
    },
  };
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
