import { judgeComparison } from '../../domain/analysis/compare.ts';
import type { Compare } from '../../domain/policy/metric-rules.schema.ts';
import { lognormal, seeded } from './traffic.ts';

/** How `judge` compares: the defaults of `compare`, one look. */
export const judgedWith: Compare = {
  baseline: 'concurrent',
  harm: 'up',
  maxIncrease: 1.2,
  alpha: 0.02,
  looks: 1,
  minSamples: 50,
};

/** The size of a side, and by how much a bad release is worse. */
export const course = { size: 200, regression: 1.4 } as const;

export interface Shares {
  /** Of harmless releases that are sent back: at most `alpha` is promised. */
  falseRollback: number;
  /** Of bad releases that are found. */
  power: number;
  /** `alpha` with three standard errors of so many runs. */
  allowed: number;
}

/** Both shares over so many simulated releases each, lognormal with σ 0.8. The same seeds give the same figures on every machine. */
export function judgeShares(runs: number): Shares {
  const { alpha } = judgedWith;
  return {
    falseRollback: shareFailed(runs, seeded(1), 1),
    power: shareFailed(runs, seeded(2), course.regression),
    allowed: alpha + 3 * standardError(alpha, runs),
  };
}

/** Of a share over so many runs. */
export const standardError = (share: number, runs: number): number => Math.sqrt((share * (1 - share)) / runs);

function shareFailed(runs: number, random: () => number, factor: number): number {
  const draw = lognormal(0.8);
  const { size } = course;
  let failed = 0;
  for (let index = 0; index < runs; index += 1) {
    const baseline = Array.from({ length: size }, () => draw(random));
    const candidate = Array.from({ length: size }, () => factor * draw(random));
    const { verdict } = judgeComparison(judgedWith, { candidate, baseline }, { look: 1, looks: 1 });
    if (verdict === 'failed') failed += 1;
  }
  return failed / runs;
}
