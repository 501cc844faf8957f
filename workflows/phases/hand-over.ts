import { ParentClosePolicy, startChild } from '@temporalio/workflow';
import { defineSearchAttributeKey, SearchAttributeType, TypedSearchAttributes } from '@temporalio/common';
import { metricsDuring } from '../../domain/analysis/places.ts';
import type { StagePlan } from '../../domain/release/plan.ts';
import { openingHealth } from '../../domain/watch/health.ts';
import { searchAttributes } from '../contract.ts';
import { watchWorkflow, watchWorkflowId, type Watched, type WatchState } from '../contract-watch.ts';
import { record } from '../proxies.ts';
import type { ReleaseRun } from '../run.ts';

const keyword = (name: string) => defineSearchAttributeKey(name, SearchAttributeType.KEYWORD);

/**
 * Starts the watch of a release that went well, where a stage asks for one. It is a workflow of its own, for it outlives the
 * release by days; it is written down first, so that pages know of it before it looks for the first time.
 */
export async function handOver(run: ReleaseRun): Promise<void> {
  const watched = run.plan.stages.flatMap((stage) => watchedIn(run, stage));
  const [first] = watched;
  if (!first) return;
  const state: WatchState = {
    releaseId: run.view.id,
    title: run.title,
    policyDigest: run.order.policyDigest,
    people: [...new Set([...run.audience, ...run.plan.onCall])],
    watched,
  };
  for (const one of watched)
    await run.recorder.alone(() =>
      record.recordWatch({
        releaseId: state.releaseId,
        environment: one.environment,
        component: one.component,
        number: 0,
        view: one.view,
        onRegression: one.rule.onRegression,
        people: state.people,
      }),
    );
  await startChild(watchWorkflow, {
    workflowId: watchWorkflowId(run.view.id),
    args: [state],
    parentClosePolicy: ParentClosePolicy.ABANDON,
    staticSummary: `watches ${run.title} after its release`.slice(0, 200),
    typedSearchAttributes: new TypedSearchAttributes([
      { key: keyword(searchAttributes.service), value: first.component.service },
      { key: keyword(searchAttributes.environment), value: first.environment },
      { key: keyword(searchAttributes.phase), value: 'watching' },
    ]),
  });
}

function watchedIn(run: ReleaseRun, stage: StagePlan): Watched[] {
  const { watch: rule, environment } = stage;
  const exposedAt = run.stageView(stage).exposedAt;
  if (!rule || exposedAt === undefined) return [];
  const until = new Date(Date.parse(exposedAt) + rule.forMs).toISOString();
  return stage.components.map((component) => ({
    environment,
    component,
    metrics: metricsDuring(stage.analysis, 'soak', 100),
    rule,
    exposedAt,
    until,
    health: openingHealth(),
    looks: looksUpTo(Date.parse(run.now) - Date.parse(exposedAt), rule.intervalMs),
    view: {
      releaseId: run.view.id,
      environment,
      service: component.service,
      version: component.version,
      health: 'healthy',
      because: 'its soak is over',
      exposedAt,
      until,
      looks: 0,
      metrics: [],
      updatedAt: run.now,
    },
  }));
}

/** Looks whose time was within the soak, which has looked more closely. */
const looksUpTo = (elapsedMs: number, intervalMs: number): number => Math.floor(elapsedMs / intervalMs);
