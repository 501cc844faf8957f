import { sql, type ExpressionBuilder } from 'kysely';
import type { DeploymentChange } from '../../activities/contract.ts';
import { deploymentId } from '../../domain/release/operation-id.ts';
import type { ReleaseView } from '../../domain/release/release.ts';
import { isBack } from '../../domain/rollout/where.ts';
import { inTransaction, type Db } from '../database/open.ts';
import type { Database } from '../database/schema.ts';
import { wakeDependants } from './calendar/dependants.ts';

/**
 * Writes what a release has changed in environments, and from it what runs there. In the middle of a canary the previous
 * version still counts as running: the new one does from an exposure of 100 on, and no more once it is rolled back.
 */
export async function recordDeployments(
  trx: Db,
  releaseId: string,
  byId: string,
  changes: readonly DeploymentChange[],
): Promise<void> {
  if (changes.length === 0) return;
  for (const change of newestOfEach(changes)) {
    const before = await writeDeployment(trx, releaseId, byId, change);
    if (change.status === 'rolledBack') await runPrevious(trx, change);
    // Only on reaching 100: when the deployment ends, another release may run there already.
    else if (change.exposure >= 100 && before < 100) await runNew(trx, change);
  }
}

/**
 * Nothing of a release that has ended is under way any more. What was not taken back is left there, as where a person left an undo that
 * failed; what never began has failed. Answers where something counted as under way until now.
 */
export async function endDeployments(
  trx: Db,
  view: ReleaseView,
): Promise<{ environment: string; service: string }[]> {
  if (!view.ended) return [];
  const left = view.stages.flatMap(({ environment, rollout }) =>
    rollout
      .filter((one) => one.compensation !== undefined && !isBack(one))
      .map(({ service }) => deploymentId({ releaseId: view.id, environment, service })),
  );
  return trx
    .updateTable('deployments')
    .set({
      status: sql<string>`case when id = any(${left}::text[]) then 'left' else 'failed' end`,
      ended_at: view.ended.at,
    })
    .where('release_id', '=', view.id)
    .where('status', '=', 'running')
    .returning(['environment', 'service'])
    .execute();
}

/** So many releases are looked after in one go; the next go takes the rest. */
const mostAtOnce = 100;

/**
 * Ends deployments of releases that have ended, where the end was written by a process of an older version, which left them under way for ever.
 * Those of releases that have not ended are left alone: they end them themselves. Answers the ids of those releases.
 */
export async function endOverlookedDeployments(db: Db): Promise<string[]> {
  const ended = await db
    .selectFrom('releases')
    .select(['id', 'view'])
    .where('ended_at', 'is not', null)
    .where('id', 'in', (from) =>
      from.selectFrom('deployments').select('release_id').where('status', '=', 'running'),
    )
    .orderBy('ended_at')
    .limit(mostAtOnce)
    .execute();
  for (const { view } of ended)
    await inTransaction(db, async (trx) => {
      for (const place of await endDeployments(trx, view)) await wakeDependants(trx, place);
    });
  return ended.map(({ id }) => id);
}

/** What was told of one deployment in one batch, as it stands at the end; one that is taken back had perhaps taken over. */
function newestOfEach(changes: readonly DeploymentChange[]): readonly DeploymentChange[] {
  if (changes.some((change) => change.status === 'rolledBack')) return changes;
  return [...new Map(changes.map((change) => [change.id, change])).values()];
}

/** Answers the exposure that it had before; 0 where it was not written down yet. */
async function writeDeployment(
  trx: Db,
  releaseId: string,
  byId: string,
  change: DeploymentChange,
): Promise<number> {
  const progress = {
    status: change.status,
    exposure: change.exposure,
    ended_at: change.status === 'running' ? null : change.at,
    ...(change.digest === undefined ? {} : { digest: change.digest }),
    ...(change.commit === undefined ? {} : { commit_id: change.commit }),
    ...(change.followMs === undefined ? {} : { follow_ms: change.followMs }),
  };
  const isExposed = change.exposure >= 100;
  const { before } = await trx
    .insertInto('deployments')
    .values({
      id: change.id,
      release_id: releaseId,
      environment: change.environment,
      service: change.service,
      version: change.version,
      previous_version: change.previousVersion ?? null,
      mode: change.mode,
      started_at: change.at,
      by_id: byId,
      ...(isExposed ? { exposed_at: change.at } : {}),
      ...progress,
    })
    .onConflict((conflict) =>
      conflict.column('id').doUpdateSet({
        ...progress,
        // the first time counts: incidents are laid at its door by it
        ...(isExposed
          ? { exposed_at: sql<Date>`coalesce(deployments.exposed_at, excluded.exposed_at)` }
          : {}),
      }),
    )
    // a statement does not see what it writes itself
    .returning(
      sql<number | null>`(select was.exposure from deployments was where was.id = deployments.id)`.as(
        'before',
      ),
    )
    .executeTakeFirstOrThrow();
  return before ?? 0;
}

async function runNew(trx: Db, change: DeploymentChange): Promise<void> {
  const runs = {
    version: change.version,
    digest: change.digest ?? null,
    commit_id: change.commit ?? null,
    since: change.at,
    deployment_id: change.id,
  };
  await trx
    .insertInto('running')
    .values({ environment: change.environment, service: change.service, ...runs })
    .onConflict((conflict) => conflict.columns(['environment', 'service']).doUpdateSet(runs))
    .execute();
}

/**
 * Back to the version before, with the digest and commit that its own deployment had; to nothing after a first deployment. Rolled back before
 * it had taken over, it changes nothing: the previous version never stopped running, or a team has said since what does (`gantry adopt`).
 * A word that was given while it had all of the place is undone with it.
 */
async function runPrevious(trx: Db, change: DeploymentChange): Promise<void> {
  const words = trx
    .selectFrom('deployments as word')
    .innerJoin('deployments as own', (join) =>
      join
        .onRef('own.environment', '=', 'word.environment')
        .onRef('own.service', '=', 'word.service')
        .onRef('own.exposed_at', '<=', 'word.started_at'),
    )
    .select('word.id')
    .where('word.release_id', 'is', null)
    .where('own.id', '=', change.id);
  const isIts = (where: ExpressionBuilder<Database, 'running'>) =>
    where.or([where('deployment_id', '=', change.id), where('deployment_id', 'in', words)]);
  if (change.previousVersion === undefined) {
    await trx
      .deleteFrom('running')
      .where('environment', '=', change.environment)
      .where('service', '=', change.service)
      .where(isIts)
      .execute();
    return;
  }
  const before = await trx
    .selectFrom('deployments')
    .selectAll()
    .where('environment', '=', change.environment)
    .where('service', '=', change.service)
    .where('version', '=', change.previousVersion)
    .where('id', '!=', change.id)
    .where('status', '=', 'succeeded')
    .orderBy('ended_at', 'desc')
    .executeTakeFirst();
  await trx
    .updateTable('running')
    .set({
      version: change.previousVersion,
      digest: before?.digest ?? null,
      commit_id: before?.commit_id ?? null,
      since: change.at,
      deployment_id: before?.id ?? change.id,
    })
    .where('environment', '=', change.environment)
    .where('service', '=', change.service)
    .where(isIts)
    .execute();
}
