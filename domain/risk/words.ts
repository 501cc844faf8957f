import { factorRules } from './factors.ts';
import type { FactorScore, RiskBand } from './model.ts';

const bands: Record<RiskBand, string> = {
  low: 'low',
  moderate: 'moderate',
  high: 'high',
  veryHigh: 'very high',
};
export const bandWord = (band: RiskBand): string => bands[band];

/** `26 points, moderate`. */
export const pointsText = ({ points, band }: { points: number; band: RiskBand }): string =>
  `${points} ${points === 1 ? 'point' : 'points'}, ${bandWord(band)}`;

export const factorName = (factor: FactorScore['factor']): string => factorRules[factor].name;

/** What adds to the risk, heaviest first; of equals in their own order. */
export const heaviestFirst = (factors: readonly FactorScore[]): FactorScore[] =>
  factors.filter(({ points }) => points > 0).sort((a, b) => b.points - a.points);
