import { nameAmong } from '../../domain/release/names.ts';
import type { Dependency, Schedule } from '../../domain/calendar/model.ts';
import { firstView } from '../../domain/release/first-view.ts';
import {
  releaseTitle,
  type Actor,
  type Component,
  type PlannedMilestone,
  type ReleaseOrder,
  type ReleaseView,
} from '../../domain/release/release.ts';
import type { Intent } from '../../domain/release/state.ts';
import { releaseWorkflowId } from '../../domain/release/workflow-id.ts';
import { commonWorkflowVersion, type WorkflowVersion } from '../../domain/release/workflow-version.ts';
import type { Db } from '../database/open.ts';
import { GantryError } from '../errors.ts';
import { newId } from '../ids.ts';
import { cyclePath } from './calendar/cycle.ts';
import { writeDependencies } from './calendar/dependencies.ts';
import { keepReservation } from './calendar/keep-reservation.ts';
import { writeMilestones } from './calendar/milestones.ts';
import { saveSchedule } from './calendar/schedules.ts';
import { admit, type Admitted } from './admit.ts';
import { currentPolicy, type StoredPolicy } from './policies.ts';
import { attemptsBefore } from './attempts-before.ts';
import { makesGood } from './makes-good.ts';
import { insertRelease, releaseMeant } from './releases.ts';
import { versionsOfWorkers } from './worker-heartbeats.ts';

/** What somebody asks for. */
export interface CreateOrder {
  /** The caller's own id for the release. */
  id?: string;
  components: Component[];
  intent: Intent;
  to?: string;
  reason?: string;
  by: Actor;
  requestId?: string;
  schedule?: Schedule;
  /** Why it cannot wait for the calendar. */
  urgent?: string;
  needs?: Dependency[];
  milestones?: PlannedMilestone[];
  train?: { id: string; departure: number };
  /** Ids of open releases whose place it takes. */
  supersedes?: string[];
  /** Release that it makes good, named as everywhere. */
  remediates?: string;
  /** To its last environment alone. */
  only?: true;
}

/** A release as it was written down, and what its workflow is to be started with. */
export interface Ordered {
  order: ReleaseOrder;
  view: ReleaseView;
}

/**
 * Writes down that a release is wanted, in the transaction of whoever asks: once that is committed, it will run.
 * @throws POLICY_NONE, RELEASE_OPEN, IDEMPOTENCY_KEY_REUSED, the problems of `admitRelease`; NOT_FOUND and AMBIGUOUS_ID where it waits for a release.
 */
export async function orderRelease(
  trx: Db,
  asked: CreateOrder,
  { now, publicUrl }: { now: Date; publicUrl: string },
): Promise<Ordered> {
  const needs = asked.needs && (await namedByIds(trx, asked.needs));
  const named = asked.remediates && (await releaseMeant(trx, asked.remediates)).id;
  const meant = { ...asked, ...(needs ? { needs } : {}) };
  const policy = await currentPolicy(trx);
  if (!policy) throw new GantryError('POLICY_NONE');
  const attempts = await attemptsBefore(trx, meant, publicUrl);
  const { goesBackFrom } = await admit(trx, policy.policy, meant, now.toISOString());
  const remediates = named ?? (await whatIsMadeGood(trx, asked, goesBackFrom));
  const wanted = { ...meant, ...(remediates === undefined ? {} : { remediates }) };
  const version = commonWorkflowVersion(await versionsOfWorkers(trx));
  const order = orderOf(wanted, { policy, attempt: attempts + 1, version, now });
  const workflowId = releaseWorkflowId(order);
  const view = firstView(order, policy.policy, workflowId);
  const title = releaseTitle(order.components);
  await insertRelease(trx, {
    order,
    view,
    workflowId,
    event: {
      key: 'created',
      at: order.createdAt,
      actor: wanted.by,
      action: 'release.created',
      object: order.components.map(({ service, version }) => `${service}@${version}`).join(', '),
      sentence: `${title} was asked for by ${nameAmong(policy.policy.people, wanted.by.person ?? wanted.by.id)}${order.only ? `, for ${view.stages.at(-1)?.environment ?? 'its last environment'} alone` : ''}.`,
      ...(wanted.reason === undefined ? {} : { reason: wanted.reason }),
      ...(wanted.requestId === undefined ? {} : { requestId: wanted.requestId }),
      facts: { attempt: order.attempt, intent: order.intent, policyDigest: order.policyDigest },
    },
  });
  await recordDates(trx, view, wanted);
  return { order, view };
}

const whatIsMadeGood = async (
  trx: Db,
  asked: CreateOrder,
  from: Admitted['goesBackFrom'],
): Promise<string | undefined> =>
  from && (await makesGood(trx, from.releaseId, { ...asked, target: from.target }))
    ? from.releaseId
    : undefined;

/** Releases may be named as everywhere, `shop@1.4.0` too; kept is the id of the one that is meant today. */
async function namedByIds(trx: Db, needs: readonly Dependency[]): Promise<Dependency[]> {
  const named: Dependency[] = [];
  for (const need of needs)
    named.push(
      need.kind === 'release' ? { ...need, releaseId: (await releaseMeant(trx, need.releaseId)).id } : need,
    );
  return named;
}

/** What the order says about time and company goes where calendars look for it. */
async function recordDates(trx: Db, view: ReleaseView, wanted: CreateOrder): Promise<void> {
  const { needs = [], schedule } = wanted;
  const { id: releaseId, components, createdAt: at } = view;
  const way = await cyclePath(trx, { releaseId, components, needs });
  if (way) throw new GantryError('DEPENDENCY_CYCLE', { path: way.join(' → ') });
  await writeDependencies(trx, { releaseId, needs, at });
  if (view.milestones) await writeMilestones(trx, releaseId, view.milestones);
  const stage = view.stages.at(-1)?.environment;
  if (stage === undefined || !schedule) return;
  await saveSchedule(trx, { releaseId, stage, schedule, at });
  await keepReservation(
    trx,
    {
      releaseId,
      title: releaseTitle(components),
      environment: stage,
      services: components.map(({ service }) => service),
      actionClass: wanted.urgent === undefined ? 'planned' : 'hotfix',
      schedule,
      needs,
    },
    { by: wanted.by, at },
  );
}

const orderOf = (
  wanted: CreateOrder,
  {
    policy,
    attempt,
    version,
    now,
  }: {
    policy: StoredPolicy;
    attempt: number;
    version: WorkflowVersion;
    now: Date;
  },
): ReleaseOrder => ({
  releaseId: wanted.id ?? newId('rel'),
  attempt,
  components: wanted.components,
  intent: wanted.intent,
  ...(wanted.to === undefined ? {} : { to: wanted.to }),
  requestedBy: wanted.by,
  ...(wanted.reason === undefined ? {} : { reason: wanted.reason }),
  createdAt: now.toISOString(),
  policyDigest: policy.digest,
  workflowVersion: version,
  ...(wanted.schedule === undefined ? {} : { schedule: wanted.schedule }),
  ...(wanted.urgent === undefined ? {} : { urgent: wanted.urgent }),
  ...(wanted.needs === undefined || wanted.needs.length === 0 ? {} : { needs: wanted.needs }),
  ...(wanted.milestones === undefined || wanted.milestones.length === 0
    ? {}
    : { milestones: wanted.milestones }),
  ...(wanted.train === undefined ? {} : { train: wanted.train }),
  ...(wanted.supersedes === undefined || wanted.supersedes.length === 0
    ? {}
    : { supersedes: wanted.supersedes }),
  ...(wanted.remediates === undefined ? {} : { remediates: wanted.remediates }),
  ...(wanted.only === undefined ? {} : { only: wanted.only }),
  readsGit: policy.policy.services.some(
    ({ id, source }) => source !== undefined && wanted.components.some(({ service }) => service === id),
  ),
});
