import type { PlannedComponent } from '../release/plan.ts';
import type { NameOf } from '../release/names.ts';
import type { GateRow, Verdict } from '../verdict.ts';
import { evaluatePromotion, type VerifiedSet } from './promotion/evaluate.ts';
import { evaluateQuarantine, type Quarantine } from './quarantine/evaluate.ts';
import { evaluateRollbackPlan, type WayBack } from './rollback-plan/evaluate.ts';
import { evaluateSampling, type SamplingFacts } from './sampling/evaluate.ts';
import type { GateSettings } from './settings.ts';
import { evaluateSoak, type SoakFacts } from './soak/evaluate.ts';
import { evaluateVersion } from './version/evaluate.ts';

/** What the record and the outside say of a stage's way here and way back, looked up at one instant. */
export interface StandingFacts {
  at: string;
  /** Sets that were verified upstream, as far as they concern the components. */
  verified?: VerifiedSet[];
  soak?: SoakFacts[];
  ways?: WayBack[];
  /** Why nothing could be looked up. */
  problem?: string;
  /** Something could not be told, and may be by then. */
  nextLook?: string;
}

/** Whether anything of a stage's settings has to be looked up. */
export const needsLookUp = ({ promotion, soak, rollback }: GateSettings): boolean =>
  promotion !== undefined || soak !== undefined || rollback !== undefined;

/** Rows of the gates beside checks, approvals, calendar and lock, in the order of semantics §3. */
export interface StandingRows {
  /** Static rules: nothing is worth doing while one of these denies. */
  first: GateRow[];
  /** After the checks that are asked once. */
  afterChecks: GateRow[];
}

export function evaluateStanding(
  o: {
    settings: GateSettings;
    components: readonly PlannedComponent[];
    quarantines: readonly Quarantine[];
    facts?: StandingFacts;
    /** How sentences call people; left out: by their ids. */
    nameOf?: NameOf;
    sampling?: SamplingFacts;
  },
  now: string,
): StandingRows {
  const { settings, components, quarantines, facts } = o;
  const { versions, promotion, soak, sampling, rollback } = settings;
  const looked = <F>(found: F | undefined, judge: (found: F) => Verdict): Verdict =>
    found !== undefined
      ? judge(found)
      : {
          kind: 'waiting',
          because: facts?.problem === undefined ? 'It is being looked up.' : `Cannot tell: ${facts.problem}`,
        };
  return {
    first: [
      ...(versions ? [{ gate: 'version', ...worstOf(versions.map(evaluateVersion)) }] : []),
      ...(quarantines.length > 0
        ? [{ gate: 'quarantine', ...evaluateQuarantine(components, quarantines, o.nameOf) }]
        : []),
      ...(promotion
        ? [
            {
              gate: 'promotion',
              ...looked(facts?.verified, (verified) => evaluatePromotion(promotion, components, verified)),
            },
          ]
        : []),
      ...(soak ? [{ gate: 'soak', ...looked(facts?.soak, (stood) => evaluateSoak(soak, stood, now)) }] : []),
    ],
    afterChecks: [
      ...(sampling
        ? [
            {
              gate: 'samples',
              ...looked(o.sampling, (taken) => evaluateSampling(sampling, taken, now).verdict),
            },
          ]
        : []),
      ...(rollback
        ? [
            {
              gate: 'rollback plan',
              ...looked(facts?.ways, (ways) => evaluateRollbackPlan(rollback, ways, now)),
            },
          ]
        : []),
    ],
  };
}

const rank = { denied: 0, needsPeople: 1, waiting: 2, allowed: 3 } as const;

function worstOf(verdicts: readonly Verdict[]): Verdict {
  const [first, ...others] = [...verdicts].sort((a, b) => rank[a.kind] - rank[b.kind]);
  if (!first) return { kind: 'allowed', because: 'No lane is asked for.' };
  const told =
    first.kind === 'allowed' ? [first, ...others].map(({ because }) => because).join(' ') : first.because;
  return { ...first, because: told };
}
