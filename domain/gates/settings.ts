import type { PromotionSettings } from './promotion/evaluate.ts';
import type { RollbackPlanSettings } from './rollback-plan/evaluate.ts';
import type { SamplingSettings } from './sampling/evaluate.ts';
import type { SoakSettings } from './soak/evaluate.ts';
import type { VersionFacts } from './version/evaluate.ts';

/** What a stage asks for beyond checks, approvals and calendar; each absent where policy does not ask. */
export interface GateSettings {
  /** Lanes of the components that have some, with the branches that Git knew of their commits at planning. */
  versions?: VersionFacts[];
  promotion?: PromotionSettings;
  soak?: SoakSettings;
  sampling?: SamplingSettings;
  rollback?: RollbackPlanSettings;
  /** Role whose holders may waive a failed check; absent: {@link defaultWaiverRole}. */
  waiverRole?: string;
}

export const defaultWaiverRole = 'release-manager';
