import {
  isCancellation,
  makeContinueAsNewFunc,
  setCurrentDetails,
  setHandler,
  defineQuery,
  sleep,
  upsertSearchAttributes,
  workflowInfo,
} from '@temporalio/workflow';
import { defineSearchAttributeKey, SearchAttributeType } from '@temporalio/common';
import type { AnalysisResult } from '../activities/contract.ts';
import type { Health } from '../domain/watch/health.ts';
import { afterSample, resultOf, type WatchResult } from '../domain/watch/health.ts';
import { forOneLook, lookOf, type Look } from '../domain/watch/sample.ts';

import { searchAttributes } from './contract.ts';
import { watchQuery, type Watched, type WatchOutcome, type WatchState } from './contract-watch.ts';
import { causeOf } from './failures.ts';
import { changes, record } from './proxies.ts';
import { watchDetails } from './watch-details.ts';

/** Looks in one run before it starts afresh: far below the engine's limits. */
const looksPerRun = 200;
/** Minutes that one look may take: metrics are asked once, and again for a minute where a source is away. */
const lookMinutes = 10;

const outcomeKey = defineSearchAttributeKey(searchAttributes.outcome, SearchAttributeType.KEYWORD);

/**
 * Watches what a release has brought, for days after its end (semantics §8, "follow"): looks again and again, tells its people
 * when it stands differently than before, and ends as healthy, regressed, inconclusive, or superseded by a newer deployment.
 */
export async function watch(state: WatchState): Promise<WatchOutcome> {
  setHandler(defineQuery(watchQuery), () => state.watched.map(({ view }) => view), {
    description: 'How everything that this watch looks at stands',
  });
  show(state);
  for (let looks = 0; looks < looksPerRun && !workflowInfo().continueAsNewSuggested; looks += 1) {
    const next = nextOf(state.watched);
    if (!next) return conclude(state);
    await untilDue(next);
    if (Date.now() >= Date.parse(next.until)) await end(state, next, resultOf(next.health));
    else await lookAt(state, next);
    show(state);
  }
  return makeContinueAsNewFunc<typeof watch>()(state);
}

/** Whose turn it is; undefined once everything has ended. Nothing is looked at after its end. */
function nextOf(watched: readonly Watched[]): Watched | undefined {
  const open = watched.filter(({ result }) => result === undefined);
  return open.reduce<Watched | undefined>(
    (first, one) => (first === undefined || dueAt(one) < dueAt(first) ? one : first),
    undefined,
  );
}

/** Epoch milliseconds of the next look, on the beat from full exposure on, or of the end. */
const dueAt = ({ exposedAt, rule, looks, until }: Watched): number =>
  Math.min(Date.parse(exposedAt) + (looks + 1) * rule.intervalMs, Date.parse(until));

async function untilDue(next: Watched): Promise<void> {
  const { component, environment } = next;
  const ms = dueAt(next) - Date.now();
  if (ms > 0)
    await sleep(ms, { summary: `look ${next.looks + 1} at ${component.service} in ${environment}` });
}

async function lookAt(state: WatchState, one: Watched): Promise<void> {
  const place = { releaseId: state.releaseId, environment: one.environment, component: one.component };
  const { superseded } = await record.readWatched(place);
  if (superseded) {
    one.view.because = `${superseded.title} has finished there.`;
    await end(state, one, 'superseded');
    return;
  }
  const measured = await measure(state, one);
  const look = judge(one, measured);
  one.looks += 1;
  // looks that time has passed over, while the engine was away, are not made up for
  while (dueAt(one) < Date.now() && dueAt(one) < Date.parse(one.until)) one.looks += 1;
  one.view.because = look.because;
  one.view.metrics = measured.metrics;
  if (look.kind === 'passedOver') {
    await write(state, one, {});
    return;
  }
  const after = afterSample(one.health, look.sample);
  one.health = after.state;
  one.view.health = after.state.health;
  one.view.looks = after.state.samples;
  await write(state, one, {
    measuredAt: measured.endedAt,
    ...(after.changed ? { changed: after.changed } : {}),
  });
}

function judge({ rule }: Watched, { metrics }: AnalysisResult): Look {
  const isFilter = (id: string): boolean => rule.onlyWhen.some((metric) => metric.id === id);
  if (metrics.length === 0) return { kind: 'sample', sample: 'unknown', because: 'nothing was measured' };
  return lookOf(
    metrics.filter(({ id }) => isFilter(id)),
    metrics.filter(({ id }) => !isFilter(id)),
  );
}

/** One measurement of each metric. A source or worker that is away makes a look that cannot tell, never an end of the watch. */
async function measure(state: WatchState, one: Watched): Promise<AnalysisResult> {
  const { environment, component, rule } = one;
  const summary = `look ${one.looks + 1} at ${component.service} ${component.version} in ${environment}`;
  try {
    return await changes(lookMinutes).analyse.executeWithOptions({ summary }, [
      {
        releaseId: state.releaseId,
        environment,
        component,
        at: 'watch',
        weight: 100,
        metrics: [...rule.onlyWhen, ...one.metrics].map(forOneLook),
        durationMs: 0,
        policyDigest: state.policyDigest,
      },
    ]);
  } catch (error) {
    if (isCancellation(error)) throw error;
    const { because } = causeOf(error);
    return { phase: 'error', because, metrics: [], endedAt: new Date(Date.now()).toISOString() };
  }
}

async function end(state: WatchState, one: Watched, result: WatchResult): Promise<void> {
  one.result = result;
  one.view.result = result;
  one.looks += 1;
  await write(state, one, {});
}

async function write(
  state: WatchState,
  one: Watched,
  news: { changed?: Health; measuredAt?: string },
): Promise<void> {
  one.view.updatedAt = new Date(Date.now()).toISOString();
  const { environment, component, rule, looks, view } = one;
  const answer = await record.recordWatch({
    releaseId: state.releaseId,
    environment,
    component,
    number: looks,
    view,
    onRegression: rule.onRegression,
    people: state.people,
    ...news,
  });
  if (answer.because !== undefined) view.because = `${view.because} ${answer.because}`;
}

function conclude(state: WatchState): WatchOutcome {
  const outcome = state.watched.map(({ environment, component, result }) => ({
    environment,
    service: component.service,
    result: result ?? 'inconclusive',
  }));
  const worst = (['regressed', 'inconclusive', 'superseded', 'healthy'] as const).find((candidate) =>
    outcome.some(({ result }) => result === candidate),
  );
  upsertSearchAttributes([{ key: outcomeKey, value: worst ?? 'healthy' }]);
  return outcome;
}

const show = (state: WatchState): void => {
  setCurrentDetails(
    watchDetails(
      state.title,
      state.watched.map(({ view }) => view),
    ),
  );
};
