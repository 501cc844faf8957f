import { sql, type Insertable } from 'kysely';
import type { DeploymentChange, NoticeKind, RecordBatch } from '../../activities/contract.ts';
import type { NewEvent } from '../../domain/release/events.ts';
import {
  releaseTitle,
  type Component,
  type ReleaseOrder,
  type ReleaseView,
} from '../../domain/release/release.ts';
import { stateWord } from '../../domain/release/state.ts';
import { inTransaction, type Db } from '../database/open.ts';
import type { Database } from '../database/schema.ts';
import { GantryError } from '../errors.ts';
import { appendEvents } from './append.ts';
import { readRelease } from './find-releases.ts';
import { closeRequest, openRequest, renewRequest } from './approvals.ts';
import { saveRehearsals } from './gates/rehearsals.ts';
import { saveWaivers } from './gates/waivers.ts';
import { orderFollowUps } from './follow-up-notices.ts';
import { orderNotices } from './notices.ts';
import { correctReleased } from './corrections.ts';
import { holdPromotions } from './promotion-holds.ts';
import { orderWebhooks } from './webhooks.ts';
import { releaseData } from '../../domain/webhooks/data.ts';
import { quarantineAutomatically } from './gates/quarantine-automatically.ts';
import { wakeDependants, type Happening } from './calendar/dependants.ts';
import { writeMilestones } from './calendar/milestones.ts';
import { releaseReservationsOf } from './calendar/reserve.ts';
import { leaveEnvironment, placesOf } from './environment-locks.ts';
import type { AfterLeaving } from '../../domain/gates/lock/environment-locks.ts';
import { endDeployments, recordDeployments } from './deployments.ts';
import { openReview } from './reviews.ts';
import { inServiceOrder } from './service-order.ts';

export {
  attemptsOf,
  findRelease,
  releaseMeant,
  listReleases,
  openReleases,
  readOrder,
  openTrainWith,
  readRelease,
} from './find-releases.ts';
export { timeline, type TimelineEntry } from './timeline.ts';

/**
 * Writes a release and its first event down, before its workflow is started. Throws RELEASE_OPEN where the workflow id is
 * taken: another request for the same versions was first; IDEMPOTENCY_KEY_REUSED where the id is.
 */
export async function insertRelease(
  db: Db,
  release: { order: ReleaseOrder; view: ReleaseView; workflowId: string; event: NewEvent },
): Promise<void> {
  const { order, view, workflowId, event } = release;
  await inTransaction(db, async (trx) => {
    const inserted = await trx
      .with('release', (cte) =>
        cte
          .insertInto('releases')
          .values(rowOf(order, view, workflowId))
          .onConflict((conflict) => conflict.doNothing())
          .returning('id'),
      )
      .insertInto('release_components')
      .columns(['release_id', 'service', 'version', 'digest', 'ref'])
      .expression((cte) =>
        cte
          .selectFrom('release')
          .innerJoin(componentsAsRows(order.components), (join) => join.onTrue())
          .select([
            'release.id',
            'component.service',
            'component.version',
            'component.digest',
            'component.ref',
          ]),
      )
      .executeTakeFirst();
    if (inserted.numInsertedOrUpdatedRows === 0n && (await readRelease(trx, order.releaseId)))
      throw new GantryError('IDEMPOTENCY_KEY_REUSED', { key: order.releaseId });
    if (inserted.numInsertedOrUpdatedRows === 0n)
      throw new GantryError('RELEASE_OPEN', {
        workflowId,
        release: workflowId,
        detail: `${workflowId} is open already`,
      });
    await appendEvents(trx, order.releaseId, [event]);
  });
}

function rowOf(order: ReleaseOrder, view: ReleaseView, workflowId: string): Insertable<Database['releases']> {
  const components = inServiceOrder(order.components);
  return {
    id: order.releaseId,
    workflow_id: workflowId,
    attempt: order.attempt,
    services: components.map((component) => component.service),
    versions: components.map((component) => component.version),
    intent: order.intent,
    requested_by: order.requestedBy.id,
    policy_digest: order.policyDigest,
    release_order: JSON.stringify(order),
    created_at: order.createdAt,
    ...viewColumns(view),
  };
}

/** The columns that follow the workflow's view; `ended_at` is the release's end, never changed again. */
const viewColumns = (view: ReleaseView) => ({
  state: view.state,
  stage: view.stage ?? null,
  headline: view.headline,
  owner: view.owner ?? null,
  view: JSON.stringify(view),
  seq: view.seq,
  updated_at: view.updatedAt,
  ended_at: view.ended?.at ?? null,
});

const componentsAsRows = (components: readonly Component[]) =>
  sql<{ service: string; version: string; digest: string | null; ref: string | null }>`
    json_to_recordset(${JSON.stringify(components)}::json)`.as<'component'>(
    sql`component(service text, version text, digest text, ref text)`,
  );

/** Notes that the workflow of a release runs; the first time counts. */
export async function markStarted(db: Db, releaseId: string, at: string): Promise<void> {
  await db
    .updateTable('releases')
    .set({ started_at: at })
    .where('id', '=', releaseId)
    .where('started_at', 'is', null)
    .execute();
}

/** A request starts its own workflow right after its commit; the relay looks at what is older than this. */
const startGraceMs = 2_000;

/** Releases whose workflow has not been started yet, oldest first, but those named. Starting one twice is harmless: the workflow id is taken then. */
export async function notStarted(
  db: Db,
  { limit, without }: { limit: number; without: readonly string[] },
): Promise<{ order: ReleaseOrder; view: ReleaseView }[]> {
  const rows = await db
    .selectFrom('releases')
    .select(['release_order', 'view'])
    .where('started_at', 'is', null)
    .where('ended_at', 'is', null)
    .where('created_at', '<', new Date(Date.now() - startGraceMs))
    .where('id', '!=', sql<string>`all(${without}::text[])`)
    .orderBy('created_at')
    .limit(limit)
    .execute();
  return rows.map((row) => ({ order: row.release_order, view: row.view }));
}

/** An environment that was given back with a batch, and what has to follow. */
export interface LeftEnvironment {
  environment: string;
  after: AfterLeaving;
}

/**
 * Events, the view after them and what they changed in environments and approvals, in one transaction (promise P16). A batch that
 * comes twice, or late from an attempt that was given up, adds nothing and puts no older view over a newer one.
 */
export async function recordBatch(
  db: Db,
  batch: RecordBatch,
  mailDomain = 'gantry.invalid',
): Promise<{ recorded: number; calendarRevision?: number; left: LeftEnvironment[]; ordered: NoticeKind[] }> {
  const {
    releaseId,
    events,
    view,
    deployments = [],
    opened = [],
    renewed = [],
    closed = [],
    notices = [],
    reviews = [],
    waivers = [],
    rehearsals = [],
    quarantined = [],
    freed = [],
    wants,
    workflow,
  } = batch;
  return inTransaction(db, async (trx) => {
    for (const request of opened) await openRequest(trx, request);
    for (const request of renewed) await renewRequest(trx, request);
    for (const request of closed) await closeRequest(trx, request);
    for (const review of reviews) await openReview(trx, review);
    await orderNotices(trx, notices, mailDomain);
    const followUps = await orderFollowUps(trx, batch, mailDomain);
    await saveWaivers(trx, releaseId, waivers);
    await saveRehearsals(trx, releaseId, rehearsals);
    await orderWebhooks(trx, { releaseId, events, data: releaseData(view) });
    const recorded = await appendEvents(trx, releaseId, events, workflow);
    const moved = await trx
      .updateTable('releases')
      .set(viewColumns(view))
      .where('id', '=', releaseId)
      .where('seq', '<', view.seq)
      // By now the log is locked, and whoever changes the calendar waits for it: no change is under way (raiseRevision).
      .returning([
        sql<number>`coalesce((select revision from calendar_state), 0)`.as('calendarRevision'),
        placesOf(workflow.id).as('places'),
      ])
      .executeTakeFirst();
    const isNewer = moved !== undefined;
    if (isNewer) await recordDigests(trx, releaseId, view.components);
    if (isNewer && view.milestones) await writeMilestones(trx, releaseId, view.milestones);
    if (isNewer || recorded > 0) {
      await recordDeployments(trx, releaseId, view.requestedBy.id, deployments);
      await endDeployments(trx, view);
      await holdPromotions(trx, view);
      await correctReleased(trx, view, mailDomain);
      await quarantineAutomatically(trx, view, quarantined, mailDomain);
      await tellOthers(trx, view, deployments);
    }
    // last: others wait for these rows, not for all that is written here
    const left: LeftEnvironment[] = [];
    const isRepeated = !isNewer && recorded === 0; // it may hold it again by now
    const unwanted = wants && moved ? moved.places.filter((place) => !wants.includes(place)) : [];
    for (const environment of new Set([...freed, ...unwanted]))
      left.push({
        environment,
        after: await leaveEnvironment(trx, environment, { owner: workflow.id, isRepeated }),
      });
    const ordered = [...notices, ...followUps].map(({ kind }) => kind);
    const calendar = moved && { calendarRevision: moved.calendarRevision };
    return { recorded, ...calendar, left, ordered };
  });
}

/** Who waits for what has changed, or for this release, looks again; what an ended release had reserved is free. */
async function tellOthers(
  trx: Db,
  view: ReleaseView,
  deployments: readonly DeploymentChange[],
): Promise<void> {
  const places = new Map(
    deployments
      .filter((change) => change.status !== 'running' || change.exposure >= 100)
      .map((change) => [`${change.environment}/${change.service}`, change]),
  );
  const happened = [...places.values()].map(({ environment, service }): Happening => ({
    environment,
    service,
  }));
  if (!view.ended) {
    await wakeDependants(trx, ...happened);
    return;
  }
  const title = releaseTitle(view.components);
  const ended = { releaseId: view.id, sentence: `${title} has ended: ${stateWord(view.state)}.` };
  await wakeDependants(trx, ...happened, ended);
  await releaseReservationsOf(trx, {
    releaseId: view.id,
    by: { id: 'gantry', kind: 'system' },
    at: view.ended.at,
    reason: `${title} has ended`,
  });
}

/** Planning may have found the digest that the request left open. */
async function recordDigests(trx: Db, releaseId: string, components: readonly Component[]): Promise<void> {
  for (const { service, digest } of components) {
    if (digest === undefined) continue;
    await trx
      .updateTable('release_components')
      .set({ digest })
      .where('release_id', '=', releaseId)
      .where('service', '=', service)
      .where('digest', 'is distinct from', digest)
      .execute();
  }
}
