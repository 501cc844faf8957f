import { factorRules } from './factors.ts';
import {
  riskFactors,
  type BandStarts,
  type Fact,
  type FactorScore,
  type Measures,
  type RiskBand,
  type RiskFacts,
  type RiskFactor,
} from './model.ts';

export interface RiskScore {
  /** 0 to 100. */
  points: number;
  /** The points of what was really measured: what stays even if every unknown turns out well. */
  measured: number;
  /** All factors, in their order. */
  factors: FactorScore[];
}

const most = 100;
export const usualBands: BandStarts = { moderate: 20, high: 40, veryHigh: 60 };

/** The sum of the capped points, at most 100, with every factor's share explained (semantics §5). */
export function scoreRisk(facts: RiskFacts): RiskScore {
  return summed(riskFactors.map((factor) => scoreFactor(factor, facts[factor])));
}

/** Of several components the worst counts, factor by factor: how many there are is a factor of its own. */
export function worstOf(scores: readonly RiskScore[]): RiskScore {
  return summed(
    riskFactors.flatMap((factor) => {
      const all = scores.flatMap((score) => score.factors.filter((one) => one.factor === factor));
      const worst = all.reduce<FactorScore | undefined>(
        (known, next) => (known === undefined || next.points > known.points ? next : known),
        undefined,
      );
      return worst ? [worst] : [];
    }),
  );
}

/** The band that holds at so many points. */
export function bandAt(points: number, starts: BandStarts = usualBands): RiskBand {
  if (points >= starts.veryHigh) return 'veryHigh';
  if (points >= starts.high) return 'high';
  return points >= starts.moderate ? 'moderate' : 'low';
}

function summed(factors: FactorScore[]): RiskScore {
  const sum = (counted: readonly FactorScore[]): number =>
    Math.min(
      most,
      counted.reduce((total, { points }) => total + points, 0),
    );
  return { points: sum(factors), measured: sum(factors.filter((one) => one.state === 'measured')), factors };
}

function scoreFactor<F extends RiskFactor>(factor: F, fact: Fact<Measures[F]>): FactorScore {
  const { cap, points, sentence } = factorRules[factor];
  switch (fact.kind) {
    case 'measured':
      return {
        factor,
        points: Math.min(cap, points(fact.measure)),
        cap,
        state: 'measured',
        sentence: sentence(fact.measure),
        evidence: fact.evidence,
      };
    case 'unknown':
      return {
        factor,
        points: Math.ceil(cap / 2),
        cap,
        state: 'unknown',
        sentence: `Unknown: ${fact.because}`,
        evidence: [],
      };
    case 'notApplicable':
      return { factor, points: 0, cap, state: 'notApplicable', sentence: fact.because, evidence: [] };
  }
}
