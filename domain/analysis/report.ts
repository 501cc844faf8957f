import type { Metric } from '../policy/metric.schema.ts';
import type { MetricPhase } from '../release/release.ts';
import { judgeAnalysis } from './analysis.ts';
import { limitsOf } from './limits.ts';
import { judgeMeasured } from './metric.ts';
import { measurementVerdicts, type MeasurementVerdict } from './measurement.ts';
import { worstFirst } from './phases.ts';

/** Where a series of measurements belongs: `place` is `step 1` or `soak`. */
interface Place {
  environment: string;
  service: string;
  place: string;
}

/** One measurement as it was written down. `statistics`: what a rule computed beside it. */
export interface WrittenMeasurement extends Place {
  metric: string;
  number: number;
  at: string;
  value: number | null;
  verdict: string;
  because: string;
  statistics?: unknown;
}

/** How one analysis ended, as the log has it; `measurements` counts those of this analysis alone. */
export interface FinishedAnalysis extends Place {
  at: string;
  phase: string;
  because: string;
  metrics: Record<string, { phase: string; measurements: number; because: string }>;
}

/** Values of the same metric while the version before soaked there: their median, and where nine of ten of them lay. */
export interface Baseline {
  version: string;
  n: number;
  median: number;
  low: number;
  high: number;
}

export interface AnalysisFacts {
  /** In the order in which they were taken. */
  measurements: readonly WrittenMeasurement[];
  finished: readonly FinishedAnalysis[];
  /** Metrics of each environment, as the policy of the release has them. */
  metrics: ReadonlyMap<string, readonly Metric[]>;
  baselineOf: (of: { environment: string; service: string; metric: string }) => Baseline | undefined;
  /** When the release ended: nothing is measured after it. */
  endedAt?: string;
}

/** One metric in one analysis as it was at an instant. */
export interface MetricReport {
  id: string;
  phase: MetricPhase;
  because: string;
  dryRun: boolean;
  /** The conditions as written; absent where the policy has the metric no more, or another rule judges. */
  failWhen?: string;
  passWhen?: string;
  /** Numbers that the conditions compare with. */
  limits: number[];
  /** Measurements of this analysis so far, by verdict; `n` is all of them. */
  n: number;
  verdicts: Partial<Record<MeasurementVerdict, number>>;
  baseline?: Baseline;
  /** The newest of them, oldest first. */
  measurements: Omit<WrittenMeasurement, keyof Place | 'metric'>[];
}

/** All metrics of one component at one place. A place has several where it was extended or measured afresh. */
export interface AnalysisReport extends Place {
  /** 1 for the first analysis at this place. */
  number: number;
  phase: MetricPhase;
  because: string;
  isOver: boolean;
  startedAt?: string;
  endedAt?: string;
  metrics: MetricReport[];
}

const mostShown = 200;

/**
 * Every analysis of a release as it was at the instant `at` (`gantry analyze --at`): measurements taken by then, what was
 * concluded of them by then, and why. What had not been concluded is judged by the same rules as the analysis itself does.
 * Oldest first.
 */
export function reportAnalyses(facts: AnalysisFacts, at: string): AnalysisReport[] {
  const rows = facts.measurements.filter((row) => row.at <= at);
  const finished = facts.finished.filter((one) => one.at <= at);
  const places = new Map<string, Place>();
  for (const { environment, service, place } of [...rows, ...finished])
    places.set(JSON.stringify([environment, service, place]), { environment, service, place });
  return [...places.values()]
    .flatMap((place) => analysesAt(facts, place, { rows, finished, at }))
    .sort((a, b) => (startOf(a) < startOf(b) ? -1 : startOf(a) > startOf(b) ? 1 : 0));
}

const startOf = ({ startedAt, endedAt }: AnalysisReport): string => startedAt ?? endedAt ?? '';

function analysesAt(
  facts: AnalysisFacts,
  place: Place,
  then: { rows: readonly WrittenMeasurement[]; finished: readonly FinishedAnalysis[]; at: string },
): AnalysisReport[] {
  const isHere = (one: Place): boolean =>
    one.environment === place.environment && one.service === place.service && one.place === place.place;
  const left = new Map<string, WrittenMeasurement[]>();
  for (const row of then.rows.filter(isHere)) left.set(row.metric, [...(left.get(row.metric) ?? []), row]);
  const ends = then.finished.filter(isHere);
  const reports = ends.map((end, index) => {
    // numbers of an analysis follow those of the one before it, so counting tells them apart
    const taken = new Map(
      Object.entries(end.metrics).map(([id, { measurements }]) => [
        id,
        (left.get(id) ?? []).splice(0, measurements),
      ]),
    );
    return reportOf(facts, place, { number: index + 1, taken, end });
  });
  const rest = new Map([...left].filter(([, rows]) => rows.length > 0));
  if (rest.size === 0) return reports;
  const isStopped = facts.endedAt !== undefined && facts.endedAt <= then.at;
  return [...reports, reportOf(facts, place, { number: ends.length + 1, taken: rest, isStopped })];
}

interface Taken {
  number: number;
  taken: ReadonlyMap<string, readonly WrittenMeasurement[]>;
  end?: FinishedAnalysis;
  isStopped?: boolean;
}

function reportOf(
  facts: AnalysisFacts,
  place: Place,
  { number, taken, end, isStopped }: Taken,
): AnalysisReport {
  const metrics = [...taken].map(([id, rows]) => {
    const metric = facts.metrics.get(place.environment)?.find((one) => one.id === id);
    const baseline = facts.baselineOf({ ...place, metric: id });
    return {
      id,
      ...concluded(rows, metric, { end: end?.metrics[id], isStopped: isStopped === true }),
      dryRun: metric?.dryRun ?? false,
      ...conditionsOf(metric),
      n: rows.length,
      verdicts: countVerdicts(rows),
      ...(baseline ? { baseline } : {}),
      measurements: rows.slice(-mostShown).map(withoutPlace),
    };
  });
  const all = [...taken.values()].flat();
  const startedAt = all.map((row) => row.at).sort()[0];
  const isOver = end !== undefined || isStopped === true;
  const judged = end ? { phase: phaseOf(end.phase), because: end.because } : judgeAnalysis(metrics);
  return {
    ...place,
    number,
    ...judged,
    isOver,
    ...(startedAt === undefined ? {} : { startedAt }),
    ...(end ? { endedAt: end.at } : isStopped && facts.endedAt ? { endedAt: facts.endedAt } : {}),
    metrics,
  };
}

/** What the analysis itself has said stands; else its rules are asked. */
function concluded(
  rows: readonly WrittenMeasurement[],
  metric: Metric | undefined,
  { end, isStopped }: { end: { phase: string; because: string } | undefined; isStopped: boolean },
): { phase: MetricPhase; because: string } {
  if (end) return { phase: phaseOf(end.phase), because: end.because };
  if (!metric) return { phase: 'inconclusive', because: 'its rule is not in the policy any more' };
  return judgeMeasured(
    metric,
    rows.map(({ verdict, because, value }) => ({
      verdict: verdict as MeasurementVerdict,
      because,
      value: typeof value === 'number' ? value : null, // what is not finite comes as text
    })),
    isStopped,
  );
}

function conditionsOf(metric: Metric | undefined): Pick<MetricReport, 'failWhen' | 'passWhen' | 'limits'> {
  const { failWhen, passWhen } = metric ?? {};
  return {
    ...(failWhen === undefined ? {} : { failWhen }),
    ...(passWhen === undefined ? {} : { passWhen }),
    limits: limitsOf([failWhen, passWhen]),
  };
}

function countVerdicts(rows: readonly WrittenMeasurement[]): MetricReport['verdicts'] {
  const counts: Record<string, number> = {};
  for (const { verdict } of rows)
    if ((measurementVerdicts as readonly string[]).includes(verdict))
      counts[verdict] = (counts[verdict] ?? 0) + 1;
  return counts;
}

const withoutPlace = ({ number, at, value, verdict, because, statistics }: WrittenMeasurement) => ({
  number,
  at,
  value,
  verdict,
  because,
  ...(statistics === undefined || statistics === null ? {} : { statistics }),
});

/** The log is read as it stands; a word that nobody knows any more is no pass. */
const phaseOf = (text: string): MetricPhase => worstFirst.find((phase) => phase === text) ?? 'inconclusive';
