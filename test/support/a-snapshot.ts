import { dutiesOf } from '../../domain/risk/duties.ts';
import { factorRules } from '../../domain/risk/factors.ts';
import { riskFactors, type HardBlocker, type RiskFactor } from '../../domain/risk/model.ts';
import { bandAt } from '../../domain/risk/score.ts';
import type { RiskSnapshot } from '../../domain/risk/snapshot.ts';

type Points = Partial<Record<RiskFactor, number>>;
interface More extends Pick<RiskSnapshot, 'rulesMissing' | 'weekEndsAt'> {
  blockers?: HardBlocker[];
  rules?: RiskSnapshot['rules'];
  /** A factor whose source is down. */
  unknown?: RiskFactor;
}

/** A snapshot with so many points for each factor; every factor that is left out was measured and adds nothing. */
export function aSnapshot({
  blockers = [],
  rules = [],
  unknown,
  rulesMissing,
  weekEndsAt,
  ...points
}: Points & More = {}): RiskSnapshot {
  const factors = riskFactors.map((factor) => ({
    factor,
    points: factor === unknown ? Math.ceil(factorRules[factor].cap / 2) : (points[factor] ?? 0),
    cap: factorRules[factor].cap,
    state: factor === unknown ? ('unknown' as const) : ('measured' as const),
    sentence: `${factor} was looked at.`,
    evidence: [],
  }));
  const sum = factors.reduce((total, one) => total + one.points, 0);
  const band = bandAt(sum);
  return {
    at: '2026-11-26T09:00:00.000Z',
    points: sum,
    measured: sum,
    band,
    factors,
    blockers,
    duties: dutiesOf({ band, points: sum }, { needsReleaseManagerFrom: 60 }),
    rules,
    ...(rulesMissing === undefined ? {} : { rulesMissing }),
    ...(weekEndsAt === undefined ? {} : { weekEndsAt }),
  };
}
