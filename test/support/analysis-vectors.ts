/** One question to the evaluation of analysis, and what its answer must be. Ids are those of semantics §6.1 to §6.3. */
export interface AnalysisVector {
  id: string;
  body: Record<string, unknown>;
  phase: string;
  /** Of the last measurement, where the phase does not tell it all. */
  verdict?: string;
  /** Numbers of the statistics, to the digits that are given. */
  statistics?: Record<string, number>;
  reason?: string;
}

const words: Record<string, string> = { P: 'passed', F: 'failed', I: 'inconclusive', E: 'error' };
const given = (letters: string) => [...letters].map((letter) => ({ verdict: words[letter] }));

const threshold = { failWhen: 'value > 0.02', interval: '30s' };
const limits = (letters: string, metric: object = {}, more: object = {}) => ({
  metric: { ...threshold, ...metric },
  measurements: given(letters),
  ...more,
});

const b1 = Array.from({ length: 50 }, (_, index) => 101 + index);
const b2 = Array.from({ length: 50 }, (_, index) => 100 * ((index % 10) + 1));
const scaled = (x: number) => Array.from({ length: 50 }, (_, index) => x * ((index % 10) + 1));
const ones = (zeros: number, rest: number) => [
  ...Array<number>(zeros).fill(0),
  ...Array<number>(rest).fill(1),
];
const all = (value: number) => Array<number>(50).fill(value);
const compared = (baseline: number[], candidate: number[], looks = 1) => ({
  metric: { compare: { baseline: 'concurrent', looks } },
  samples: { candidate, baseline },
});
const failing = (before: [number, number], now: [number, number], looks = 1) => ({
  metric: { compareErrors: { baseline: 'concurrent', looks } },
  counts: {
    candidate: { errors: now[0], requests: now[1] },
    baseline: { errors: before[0], requests: before[1] },
  },
});
const burning = (rate: number, short: [number, number], long: [number, number]) => ({
  metric: { burnRate: { slo: 0.999, rules: [{ rate, long: '1h', short: '5m' }] } },
  windows: [
    { window: '5m', bad: short[0], total: short[1] },
    { window: '1h', bad: long[0], total: long[1] },
  ],
});
const ofTenThousand = (short: number, long: number) => burning(14.4, [short, 10_000], [long, 10_000]);

interface Comparison {
  id: string;
  data: [baseline: number[], candidate: number[]];
  u: number;
  p: number;
  effect: number;
  once: string;
  lastOfFour: string;
}
const comparisons: Comparison[] = [
  { id: 'M19', data: [b1, b1], u: 1250, p: 0.501, effect: 1, once: 'passed', lastOfFour: 'passed' },
  {
    id: 'M20',
    data: [b1, b1.map((value) => value + 15)],
    u: 1887.5,
    p: 5.62e-6,
    effect: 1.1195,
    once: 'passed',
    lastOfFour: 'passed',
  },
  {
    id: 'M21',
    data: [b1, b1.map((value) => value + 30)],
    u: 2300,
    p: 2.32e-13,
    effect: 1.239,
    once: 'failed',
    lastOfFour: 'failed',
  },
  {
    id: 'M22',
    data: [b2, scaled(110)],
    u: 1375,
    p: 0.1951,
    effect: 1.1,
    once: 'passed',
    lastOfFour: 'passed',
  },
  {
    id: 'M23',
    data: [b2, scaled(125)],
    u: 1525,
    p: 0.02898,
    effect: 1.25,
    once: 'inconclusive',
    lastOfFour: 'inconclusive',
  },
  {
    id: 'M24',
    data: [b2, scaled(130)],
    u: 1575,
    p: 0.01255,
    effect: 1.3,
    once: 'failed',
    lastOfFour: 'inconclusive',
  },
  {
    id: 'M25',
    data: [b2, scaled(140)],
    u: 1637.5,
    p: 0.003769,
    effect: 1.4,
    once: 'failed',
    lastOfFour: 'failed',
  },
  {
    id: 'M26',
    data: [ones(40, 10), ones(20, 30)],
    u: 1750,
    p: 2.48e-5,
    effect: 0.7,
    once: 'failed',
    lastOfFour: 'failed',
  },
  {
    id: 'M27',
    data: [ones(40, 10), ones(36, 14)],
    u: 1350,
    p: 0.177,
    effect: 0.54,
    once: 'passed',
    lastOfFour: 'passed',
  },
  {
    id: 'M28',
    data: [all(1), all(2)],
    u: 2500,
    p: 1.31e-23,
    effect: 2,
    once: 'failed',
    lastOfFour: 'failed',
  },
  { id: 'M29', data: [all(7), all(7)], u: 1250, p: 1, effect: 1, once: 'passed', lastOfFour: 'passed' },
  {
    id: 'M30',
    data: [
      [1, 2, 3, 4, 5],
      [6, 7, 8, 9, 10],
    ],
    u: 25,
    p: 0.006093,
    effect: 2.667,
    once: 'inconclusive',
    lastOfFour: 'inconclusive',
  },
  {
    id: 'M31',
    data: [
      [1, 2, 2, 3, 4],
      [2, 3, 4, 4, 5],
    ],
    u: 19.5,
    p: 0.081293,
    effect: 1.5,
    once: 'inconclusive',
    lastOfFour: 'inconclusive',
  },
];

/** Every vector of analysis as a body of `POST /v1/analysis/evaluate`; `now` is added by whoever asks. */
export const analysisVectors: AnalysisVector[] = [
  { id: 'M1', body: limits('F'), phase: 'failed' },
  { id: 'M2, two of three', body: limits('FFP', { maxFailures: 3 }), phase: 'running' },
  { id: 'M2, the third decides', body: limits('FFF', { maxFailures: 3 }), phase: 'failed' },
  { id: 'M3', body: limits('IIPI'), phase: 'inconclusive' },
  { id: 'M4', body: limits('IIIF'), phase: 'failed' },
  { id: 'M5', body: limits('EEEEPE'), phase: 'running' },
  { id: 'M6', body: limits('EEEEE'), phase: 'error' },
  { id: 'M7, count 4', body: limits('PPII', { count: 4 }), phase: 'passed' },
  { id: 'M7, count 3', body: limits('PII', { count: 3 }), phase: 'inconclusive' },
  { id: 'M8', body: limits('', {}, { ended: true }), phase: 'inconclusive' },
  { id: 'M9', body: limits('PPFPP', { passAfter: 3, count: 5, maxFailures: 2 }), phase: 'inconclusive' },
  ...(
    [
      ['M10: P, I, E', [], 'error'],
      ['M10: and F', [limits('F')], 'failed'],
      ['M10: and F as dryRun', [limits('F', { dryRun: true })], 'error'],
    ] as const
  ).map(([id, more, phase]) => ({
    id,
    body: { metrics: [limits('P', { count: 1 }), limits('III'), limits('EEEEE'), ...more] },
    phase,
  })),
  {
    id: 'M11',
    body: { metric: { passWhen: 'value < 0.01', interval: '30s' }, measurements: [{ value: 'NaN' }] },
    phase: 'running',
    verdict: 'noData',
  },
  ...(
    [
      ['M12, traffic 500', 500, 'passed'],
      ['M12, traffic 0', 0, 'noData'],
    ] as const
  ).map(([id, traffic, verdict]) => ({
    id,
    body: {
      metric: { ...threshold, onNoData: 'zero', minRequests: 300 },
      measurements: [{ value: null, traffic }],
    },
    phase: 'running',
    verdict,
  })),
  { id: 'M13', body: ofTenThousand(200, 160), phase: 'failed' },
  { id: 'M14', body: ofTenThousand(200, 100), phase: 'passed' },
  { id: 'M15', body: ofTenThousand(5, 160), phase: 'passed' },
  { id: 'M16', body: ofTenThousand(144, 144), phase: 'failed' },
  { id: 'M17, 40 of 40', body: burning(14.4, [40, 40], [40, 40]), phase: 'failed', reason: 'outage' },
  { id: 'M17, 12 of 12', body: burning(14.4, [12, 12], [12, 12]), phase: 'inconclusive', verdict: 'noData' },
  { id: 'M18, 2 of 300', body: burning(6, [2, 300], [2, 300]), phase: 'passed' },
  { id: 'M18, 5 of 800', body: burning(6, [5, 800], [5, 800]), phase: 'failed' },
  ...comparisons.flatMap(({ id, data, u, p, effect, once, lastOfFour }) => [
    { id: `${id}, one look`, body: compared(...data), phase: once, statistics: { u, p, effect } },
    {
      id: `${id}, last of four`,
      body: compared(...data, 4),
      phase: lastOfFour,
      statistics: { u, p, effect },
    },
  ]),
  { id: 'M32', body: failing([2, 1000], [5, 1000]), phase: 'passed', statistics: { p: 0.2262 } },
  { id: 'M33, one look', body: failing([0, 40], [6, 40]), phase: 'failed', statistics: { p: 0.01277 } },
  { id: 'M33, last of four', body: failing([0, 40], [6, 40], 4), phase: 'inconclusive', reason: 'too few' },
  {
    id: 'M34',
    body: failing([0, 40], [0, 40]),
    phase: 'inconclusive',
    reason: 'too few',
    statistics: { p: 1 },
  },
];

/** Whether a number is the wanted one to the digits in which that is written. */
export function isToItsDigits(found: number | undefined, wanted: number): boolean {
  const [mantissa = '', exponent] = wanted.toString().split('e');
  const digits = mantissa.replace('.', '').replace(/^0+/, '').length;
  const last = 10 ** (Math.floor(Math.log10(Math.abs(wanted))) - Math.max(digits, 3) + 1);
  return found !== undefined && Math.abs(found - wanted) <= (exponent === undefined ? 0.51 : 0.6) * last;
}
