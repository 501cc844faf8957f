import type { StageRiskSettings } from '../policy/risk.schema.ts';
import { usualBands } from './score.ts';
import type { RiskRule } from './snapshot.ts';

/** The rule of a stage with its defaults filled in; of a stage that has none, the usual one. */
export function riskRuleOf(settings: StageRiskSettings = {}): RiskRule {
  const { moderate, high, veryHigh } = settings.bands ?? {};
  const bands = {
    moderate: moderate ?? usualBands.moderate,
    high: high ?? usualBands.high,
    veryHigh: veryHigh ?? usualBands.veryHigh,
  };
  return {
    bands,
    needsReleaseManagerFrom: settings.needsReleaseManagerFrom ?? bands.veryHigh,
    ...(settings.refuseFrom === undefined ? {} : { refuseFrom: settings.refuseFrom }),
  };
}
