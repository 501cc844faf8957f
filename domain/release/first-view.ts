import type { Policy } from '../policy/policy.schema.ts';
import { releaseTitle, type ReleaseOrder, type ReleaseView, type StageView } from './release.ts';

/** The release as it is shown between its request and its plan: a draft with the stages that its pipeline has. */
export function firstView(order: ReleaseOrder, policy: Policy, workflowId: string): ReleaseView {
  return {
    id: order.releaseId,
    workflowId,
    attempt: order.attempt,
    components: order.components,
    intent: order.intent,
    ...(order.to === undefined ? {} : { to: order.to }),
    requestedBy: order.requestedBy,
    ...(order.reason === undefined ? {} : { reason: order.reason }),
    policyDigest: order.policyDigest,
    state: 'draft',
    headline: `${releaseTitle(order.components)} is being planned.`,
    stages: stagesAhead(order, policy).map(firstStage),
    residue: 'none',
    holds: [],
    changes: { count: 0, breaking: 0, truncated: false, top: [] },
    ...datesOf(order),
    createdAt: order.createdAt,
    updatedAt: order.createdAt,
    seq: 0, // the workflow counts from 1, so its first word replaces this view
  };
}

/** What an order says about time and company, as the view begins with it. */
export function datesOf(
  order: ReleaseOrder,
): Pick<ReleaseView, 'schedule' | 'urgent' | 'needs' | 'milestones' | 'train' | 'remediates'> {
  return {
    ...(order.schedule === undefined ? {} : { schedule: order.schedule }),
    ...(order.urgent === undefined ? {} : { urgent: order.urgent }),
    ...(order.needs === undefined ? {} : { needs: order.needs }),
    ...(order.milestones === undefined
      ? {}
      : { milestones: order.milestones.map((one) => ({ ...one, estimateAt: one.plannedAt })) }),
    ...(order.train === undefined ? {} : { train: order.train }),
    ...(order.remediates === undefined ? {} : { remediates: order.remediates }),
  };
}

/** Environments that the release will pass, in order, up to and with `to`. */
export function stagesAhead(
  order: Pick<ReleaseOrder, 'components' | 'to' | 'only'>,
  policy: Policy,
): string[] {
  const service = policy.services.find((one) => one.id === order.components[0]?.service);
  const stages = (service && policy.pipelines[service.pipeline]) ?? [];
  const environments = stages.map((stage) => stage.environment);
  const end = order.to === undefined ? -1 : environments.indexOf(order.to);
  const ahead = end < 0 ? environments : environments.slice(0, end + 1);
  return order.only ? ahead.slice(-1) : ahead;
}

/** What will be checked and deployed there is not known before the plan. */
const firstStage = (environment: string): StageView => ({
  environment,
  state: 'pending',
  checks: [],
  verdicts: [],
  rollout: [],
  soak: [],
});
