import { Context } from '@temporalio/activity';
import { hasRule, type Evidence } from '../../domain/analysis/evidence.ts';
import type { Reading } from '../../domain/analysis/measurement.ts';
import type { Outgoing } from '../../platform/outgoing.ts';
import { attended, pause } from '../attended.ts';
import type { Activities } from '../contract.ts';
import type { SourcesAnswer } from '../contract-analysis.ts';
import { factsOf } from '../facts.ts';
import { createEvidenceSources, createMetricSources, evidenceSourceOf, sourceOf } from './index.ts';
import type { Question } from './port.ts';

/** How often sources that are away are asked. */
const ASK_EVERY_MS = 15_000;
/** Whether a source answers shows a question for little, too. */
const LAST_MINUTE_MS = 60_000;

/**
 * The activity `awaitSources`: asks every deciding metric until each has answered with something that is no error, at most for
 * `withinMs` from when it was first scheduled. Whether what they say is healthy is for a fresh analysis to tell.
 */
export function createAwaitSources({
  outgoing,
  askEveryMs = ASK_EVERY_MS,
}: {
  outgoing: Outgoing;
  askEveryMs?: number;
}): Activities['awaitSources'] {
  const sources = createMetricSources(outgoing);
  const evidenceSources = createEvidenceSources(outgoing);
  const ask = async (question: Question): Promise<Reading | Evidence> => {
    if (!hasRule(question.metric)) return sourceOf(sources, question.metric)(question);
    const now = Date.now();
    const since = now - LAST_MINUTE_MS;
    return evidenceSourceOf(evidenceSources, question.metric)({ ...question, now, exposedAt: since, since });
  };
  return (input) =>
    attended(async (attendance): Promise<SourcesAnswer> => {
      const endsAt = Context.current().info.scheduledTimestampMs + input.withinMs;
      const facts = factsOf(input);
      let away = input.metrics.filter((metric) => !metric.dryRun);
      for (;;) {
        attendance.leave.throwIfAborted();
        const readings = await Promise.all(
          away.map((metric) => ask({ metric, facts, signal: attendance.cancel })),
        );
        attendance.cancel.throwIfAborted();
        const silent = away.flatMap((metric, index) => {
          const reading = readings[index];
          return reading?.kind === 'error' ? [{ metric, because: reading.because }] : [];
        });
        if (silent.length === 0) return { isBack: true, because: 'every metric gives an answer again' };
        const because = silent.map((one) => `${one.metric.id}: ${one.because}`).join('; ');
        const left = endsAt - Date.now();
        if (left <= 0) return { isBack: false, because };
        away = silent.map(({ metric }) => metric);
        await pause(Math.min(askEveryMs, left), attendance);
      }
    });
}
