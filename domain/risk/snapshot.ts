import type { ApprovalRule } from '../policy/policy.schema.ts';
import type { BandStarts, FactorScore, HardBlocker, RiskBand, RiskDuty } from './model.ts';

/** What the policy of a stage says about risk, with its defaults filled in. */
export interface RiskRule {
  bands: BandStarts;
  /** Points from which on a release manager must agree; never above the start of the highest band. */
  needsReleaseManagerFrom: number;
  /** Points from which on nothing is released; left out: no such limit. */
  refuseFrom?: number;
}

/** The risk of one stage of one release at one instant, as it is shown, recorded and judged. Instants are RFC 3339. */
export interface RiskSnapshot {
  at: string;
  points: number;
  /** Points of what was really measured; the rest stands for what is unknown. */
  measured: number;
  band: RiskBand;
  /** All factors, in their order. */
  factors: FactorScore[];
  blockers: HardBlocker[];
  duties: RiskDuty[];
  /** Approval rules that the duties add to those of the stage. */
  rules: ApprovalRule[];
  /** Why an added rule cannot be made: nobody knows who owns the service. */
  rulesMissing?: string;
  /** Until when the week's last working day lasts, where `at` lies in it. */
  weekEndsAt?: string;
}

/** Risk of a stage as it travels with its plan. */
export interface StageRisk {
  rule: RiskRule;
  /** What people are or were asked about: stays while a request stands, and is what a rise is measured against. */
  snapshot?: RiskSnapshot;
  /** The stage's own approval rules, without those that duties add. */
  ownRules?: ApprovalRule[];
}

/** Why risk could not be assessed, and when it is tried again. */
export interface RiskDoubt {
  because: string;
  until: string;
}
