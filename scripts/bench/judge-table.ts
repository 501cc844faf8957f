import type { Compare } from '../../domain/policy/metric-rules.schema.ts';
import { playsOn, type Play } from './plays.ts';
import { seeded } from './traffic.ts';

export interface Share {
  failed: number;
  inconclusive: number;
}
export interface Row {
  name: string;
  /** Where both versions are alike, and where the new one is worse by the regression. */
  same: Share;
  worse: Share;
}

interface Course {
  runs: number;
  size: number;
  regression: number;
}

/** What the same rule does elsewhere: other distributions, and traffic that breaks its assumptions. */
export const judgeTable = (settings: Compare, { runs, size, regression }: Course): Row[] =>
  Object.entries(playsOn({ settings, size })).map(([name, play], index) => ({
    name,
    same: shareOf(play, runs, seeded(1000 + index), 1),
    worse: shareOf(play, runs, seeded(2000 + index), regression),
  }));

function shareOf(play: Play, runs: number, random: () => number, factor: number): Share {
  const counts = { failed: 0, inconclusive: 0 };
  for (let index = 0; index < runs; index += 1) {
    const verdict = play(random, factor);
    if (verdict === 'failed' || verdict === 'inconclusive') counts[verdict] += 1;
  }
  return { failed: rounded(counts.failed / runs), inconclusive: rounded(counts.inconclusive / runs) };
}

const rounded = (share: number): number => Math.round(share * 10_000) / 10_000;
