import { Context } from '@temporalio/activity';
import { judgeAnalysis } from '../../domain/analysis/analysis.ts';
import { hasRule, judgeEvidence } from '../../domain/analysis/evidence.ts';
import { judgeReading, type Measurement } from '../../domain/analysis/measurement.ts';
import { durationMs } from '../../domain/policy/duration.ts';
import type { Store } from '../../platform/database/open.ts';
import type { Outgoing } from '../../platform/outgoing.ts';
import { measurementsOf, saveMeasurement, type MeasurementRow } from '../../platform/record/results.ts';
import { attended, pause, type Attendance } from '../attended.ts';
import type { Activities, AnalyseInput, AnalysisResult } from '../contract.ts';
import { factsOf } from '../facts.ts';
import { createEvidenceSources, createMetricSources, evidenceSourceOf, sourceOf } from './index.ts';
import type { Question } from './port.ts';
import { isOwed, lookAt, nextAt, viewOf, type Series } from './series.ts';

/** How far the workflow's clock may be ahead of ours: what it says began then may have been measured by us before. */
const CLOCKS_APART_MS = 5 * 60_000;
/** An analysis without duration measures each metric once; one that cannot be read is asked again for so long. */
const PATIENCE_MS = 60_000;

export interface AnalyseDeps {
  store: Pick<Store, 'db'>;
  outgoing: Outgoing;
}

/**
 * The activity `analyse`: lasts `durationMs`, and less only where a metric says no. Each measurement is in the record before it
 * is judged, and the beginning travels with the heartbeat, so a new attempt goes on where the last stopped.
 */
export function createAnalyse({ store: { db }, outgoing }: AnalyseDeps): Activities['analyse'] {
  const sources = createMetricSources(outgoing);
  const evidenceSources = createEvidenceSources(outgoing);
  return (asked) =>
    attended(async (attendance) => {
      // the workflow's clock may be ahead of ours
      const startedAt =
        asked.since === undefined ? beginning() : Math.min(Date.parse(asked.since), Date.now());
      attendance.progress({ startedAt });
      const input = asked.since === undefined ? asked : { ...asked, durationMs: Date.now() - startedAt };
      const earlier = (await measurementsOf(db, input.releaseId)).filter((row) => belongsTo(row, input));
      const judgedByRule = async (one: Series, question: Question): Promise<Measurement> => {
        const now = Date.now();
        const exposedAt = input.exposedAt === undefined ? startedAt : Date.parse(input.exposedAt);
        const times = { now, exposedAt, since: startedAt };
        const evidence = await evidenceSourceOf(evidenceSources, one.metric)({ ...question, ...times });
        const look = lookAt(one, { startedAt, durationMs: input.durationMs, now });
        return judgeEvidence(one.metric, evidence, look);
      };
      const measure = async (one: Series, number: number): Promise<MeasurementRow> => {
        const question = { metric: one.metric, facts: factsOf(input), signal: attendance.cancel };
        const judged = hasRule(one.metric)
          ? await judgedByRule(one, question)
          : judgeReading(
              one.metric,
              await sourceOf(sources, one.metric)(question),
              one.metric.interval === undefined ? undefined : durationMs(one.metric.interval),
            );
        // a question that the cancel itself cut short says nothing about the version
        attendance.cancel.throwIfAborted();
        const row = {
          ...placeOf(input),
          metric: one.metric.id,
          number,
          at: new Date().toISOString(),
          ...judged,
        };
        await saveMeasurement(db, row);
        return row;
      };
      return analyse(input, { startedAt, earlier, measure, attendance });
    });
}

interface Course {
  startedAt: number;
  /** Rows of this place, also those of an analysis before this one. */
  earlier: readonly MeasurementRow[];
  measure: (one: Series, number: number) => Promise<MeasurementRow>;
  attendance: Attendance;
}

async function analyse(
  input: AnalyseInput,
  { startedAt, earlier, measure, attendance }: Course,
): Promise<AnalysisResult> {
  const endsAt = startedAt + (input.durationMs > 0 ? input.durationMs : PATIENCE_MS);
  // a place is measured by one analysis after the other: an earlier one than was cut short ended long before it
  const countsFrom = input.since === undefined ? startedAt : startedAt - CLOCKS_APART_MS;
  const all = input.metrics.map((metric) => {
    const rows = earlier.filter((row) => row.metric === metric.id);
    return {
      metric,
      before: rows.length,
      taken: rows.filter((row) => Date.parse(row.at) >= countsFrom) as Row[],
    };
  });
  const take = async (due: typeof all): Promise<void> => {
    const rows = await Promise.all(due.map((one) => measure(one, one.before + 1)));
    for (const [index, one] of due.entries()) {
      const row = rows[index];
      if (!row) continue;
      one.before += 1;
      one.taken.push(row as Row);
    }
  };
  const look = () => {
    const views = all.map((one) => viewOf(one, isOver(one, input)));
    const verdict = judgeAnalysis(views);
    const isDecided =
      views.some((view) => !view.dryRun) && verdict.phase !== 'running' && verdict.phase !== 'passed';
    return { isDecided, running: all.filter((_, index) => views[index]?.phase === 'running') };
  };
  if (input.since !== undefined && !look().isDecided) await take(look().running.filter(isOwed));
  for (;;) {
    attendance.leave.throwIfAborted();
    const { isDecided, running } = look();
    const wakeAt = Math.min(...running.map((one) => nextAt(one, startedAt, input.durationMs)));
    if (isDecided || attendance.cancel.aborted) return conclude(all, attendance);
    if (running.length === 0 || wakeAt > endsAt) {
      // nothing speaks against it: it lasts as long as it was told to
      await pause(startedAt + input.durationMs - Date.now(), attendance);
      attendance.leave.throwIfAborted();
      return conclude(all, attendance);
    }
    await pause(wakeAt - Date.now(), attendance);
    await take(running.filter((one) => nextAt(one, startedAt, input.durationMs) <= Date.now()));
  }
}

type Row = MeasurementRow & Series['taken'][number];

/** Without a duration one measurement that told something is all. */
const isOver = (one: Series, input: AnalyseInput): boolean =>
  input.durationMs === 0 && one.taken.some((row) => row.verdict !== 'error');

function conclude(all: readonly Series[], attendance: Attendance): AnalysisResult {
  attendance.cancel.throwIfAborted();
  const metrics = all.map((one) => viewOf(one, true));
  const { phase, because } = judgeAnalysis(metrics);
  // no metric is left running once all are over; should one be, nothing is known of it
  return {
    phase: phase === 'running' ? 'inconclusive' : phase,
    because,
    metrics,
    endedAt: new Date().toISOString(),
  };
}

/** When the analysis began, also where an earlier attempt did. */
function beginning(): number {
  const { attempt, scheduledTimestampMs, ...info } = Context.current().info;
  const kept = (info.heartbeatDetails as { startedAt?: unknown } | undefined)?.startedAt;
  if (typeof kept === 'number') return kept;
  return attempt > 1 ? scheduledTimestampMs : Date.now();
}

const placeOf = (
  input: AnalyseInput,
): Pick<MeasurementRow, 'releaseId' | 'environment' | 'service' | 'place'> => ({
  releaseId: input.releaseId,
  environment: input.environment,
  service: input.component.service,
  place: input.at,
});

const belongsTo = (row: MeasurementRow, input: AnalyseInput): boolean =>
  row.environment === input.environment && row.service === input.component.service && row.place === input.at;
