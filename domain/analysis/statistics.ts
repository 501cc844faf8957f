/** What a rule has computed, beside its verdict: kept with the measurement, shown to people, safe as JSON. */
export type Statistics = BurnStatistics | CompareStatistics | ErrorStatistics;

export interface BurnStatistics {
  rule: 'burnRate';
  slo: number;
  rules: {
    rate: number;
    verdict: 'failed' | 'inconclusive' | 'notice';
    state: 'fires' | 'quiet' | 'noData';
    long: BurnWindow;
    short: BurnWindow;
  }[];
  /** Requests without an error that would be needed to claim, with 95 %, that the objective is kept. */
  needed: number;
}

/** `seconds` is the window as it was cut; counts and burn are left out where nothing is known of it. */
export interface BurnWindow {
  seconds: number;
  bad?: number;
  total?: number;
  burn?: number;
}

interface Test {
  /** Probability of a difference like this, or a larger one, where both sides are alike; one-sided. */
  p: number;
  alpha: number;
  /** What p is compared with at this look. */
  alphaAtLook: number;
  look: number;
  looks: number;
}

export interface CompareStatistics extends Partial<Test> {
  rule: 'compare';
  /** Usable samples of the candidate, and of the baseline. */
  n: number;
  m: number;
  /** Samples that were no numbers. */
  left: { candidate: number; baseline: number };
  u?: number;
  harm?: 'up' | 'down';
  /** `ratio`: how many times the baseline's median; `share`: of all pairs, how many the candidate wins (CLES). */
  measure?: 'ratio' | 'share';
  effect?: number;
  limit?: number;
  /** Where the effect lies with 95 %. */
  interval?: [low: number, high: number];
  medians?: { candidate: number; baseline: number };
}

export interface ErrorStatistics extends Partial<Test> {
  rule: 'compareErrors';
  candidate: { errors: number; requests: number };
  baseline: { errors: number; requests: number };
  /** Events expected on the side that has fewer, were both alike. Under ten, the exact test alone decides. */
  expected?: number;
  /** Rate of the candidate over that of the baseline; left out where the baseline has none. */
  effect?: number;
  limit?: number;
  /** Of each side, where its true rate lies with 95 %. */
  intervals?: { candidate: [number, number]; baseline: [number, number] };
  /** Requests without an error that would be needed to claim, with 95 %, that fewer fail than were found to. */
  needed?: number;
}
