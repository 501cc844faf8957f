import { canGoBackTo } from '../../domain/gates/rollback-plan/migrations.ts';
import { rollbackTargetOf } from '../../domain/gates/rollback-plan/target.ts';
import { deploymentId } from '../../domain/release/operation-id.ts';
import { mayGoBackByItself } from '../../domain/watch/trigger.ts';
import type { Db } from '../../platform/database/open.ts';
import { GantryError } from '../../platform/errors.ts';
import { sha256 } from '../../platform/ids.ts';
import { standingQuarantines } from '../../platform/record/gates/quarantines.ts';
import { endedWell } from '../../platform/record/gates/upstream.ts';
import { openIncident } from '../../platform/record/incidents/change.ts';
import { peopleOf } from '../../platform/record/incidents/tell.ts';
import { orderRelease } from '../../platform/record/order-release.ts';
import { readRelease } from '../../platform/record/releases.ts';
import { runsAt } from '../../platform/record/running.ts';
import type { WatchEntry, WatchedPlace } from '../contract-watch.ts';

/** What was done about a regression, in words for its people. */
export interface Met {
  because: string;
  /** Release that takes it back, where one was ordered. */
  rollback?: string;
  /** How a person takes it back, where none was. */
  command?: string;
}

/** What the keys of all incidents that a watch has opened for a place begin with. */
export const regressionsOf = ({ releaseId, environment, component }: WatchedPlace): string =>
  `watch/${releaseId}/${environment}/${component.service}/`;

/**
 * Opens the incident, and finds the way back: ordered at once where policy says so and the trigger allows (semantics §7), else
 * proposed. Where there is none, it says why.
 */
export async function meetRegression(
  trx: Db,
  { publicUrl, domain }: { publicUrl: string; domain: string },
  entry: WatchEntry,
): Promise<Met> {
  const { releaseId, environment, component, view } = entry;
  const { service, version } = component;
  const now = new Date().toISOString();
  await openIncident(
    trx,
    {
      key: `${regressionsOf(entry)}${entry.number}`,
      title: `${service} ${version} has regressed in ${environment}: ${view.because}`.slice(0, 200),
      service,
      environment,
      severity: 'sev2',
      source: 'watch',
      startedAt: view.updatedAt,
      deployment: {
        id: deploymentId({ releaseId, environment, service }),
        releaseId,
        version,
        because: `the watch of ${service} ${version} found it`,
      },
    },
    { by: { id: 'gantry', kind: 'system' }, at: view.updatedAt, mailDomain: domain },
  );
  const way = await wayBack(trx, entry);
  if (way.target === undefined) return { because: way.because };
  // Without it nobody could tell that it is the very build which ran there, and people would be asked once more.
  const digest = way.digest === undefined ? '' : ` --digest ${way.digest}`;
  const command = `gantry release create ${service} ${way.target}${digest} --intent rollback --to ${environment} --remediates ${releaseId}`;
  if (entry.onRegression === 'propose')
    return { because: `It could go back to ${service} ${way.target}.`, command };
  const verdict = mayGoBackByItself(await triggerFacts(trx, entry, now), now, entry.people);
  if (verdict.kind !== 'allowed')
    return { because: `It does not go back by itself: ${verdict.because}`, command };
  try {
    const rollback = await orderBack(trx, entry, { target: way.target, digest: way.digest, now, publicUrl });
    return { because: `Release ${rollback} takes it back to ${service} ${way.target}.`, rollback };
  } catch (error) {
    if (!(error instanceof GantryError)) throw error;
    return { because: `It could not be taken back by itself: ${error.problem.detail}`, command };
  }
}

type Way = { target: string; digest: string | undefined } | { target: undefined; because: string };

/** What it would go back to (semantics §7, "Target"), or why there is nothing. */
async function wayBack(trx: Db, { environment, component }: WatchEntry): Promise<Way> {
  const { service, version, migrations } = component;
  const target = rollbackTargetOf(
    component,
    await endedWell(trx, environment, service),
    await standingQuarantines(trx),
  );
  if (!target)
    return { target: undefined, because: `Nothing is known that ${service} could go back to: roll forward.` };
  if (migrations && !canGoBackTo(migrations, target.version))
    return {
      target: undefined,
      because: `${service} ${version} has an irreversible migration, and ${target.version} could not run after it: roll forward.`,
    };
  return { target: target.version, digest: target.digest };
}

/** One rollback by itself for each release and place: its id says so. */
const backId = ({ releaseId, environment, component }: WatchedPlace): string =>
  `back-${sha256([releaseId, environment, component.service].join('\n')).slice(0, 32)}`;

async function triggerFacts(trx: Db, entry: WatchEntry, now: string) {
  const { releaseId, environment, component, measuredAt } = entry;
  const { service, version, mode } = component;
  const runs = await runsAt(trx, environment, service);
  const underWay = await trx
    .selectFrom('deployments')
    .select('version')
    .where('environment', '=', environment)
    .where('service', '=', service)
    .where('status', '=', 'running')
    .where('release_id', '!=', releaseId)
    .executeTakeFirst();
  return {
    title: `${service} ${version}`,
    environment,
    isRollback: mode === 'rollback',
    measuredAt: measuredAt ?? now,
    hasTriggered: (await readRelease(trx, backId(entry))) !== undefined,
    ...(underWay ? { underWay: `${service} ${underWay.version}` } : {}),
    ...(runs?.releaseId === releaseId ? {} : { newer: runs ? `${service} ${runs.version}` : 'nothing' }),
  };
}

async function orderBack(
  trx: Db,
  entry: WatchEntry,
  o: { target: string; digest: string | undefined; now: string; publicUrl: string },
): Promise<string> {
  const { releaseId, environment, component, view } = entry;
  const bad = await readRelease(trx, releaseId);
  const [owner] = bad ? peopleOf(bad) : [];
  const { view: ordered } = await orderRelease(
    trx,
    {
      id: backId(entry),
      components: [
        {
          service: component.service,
          version: o.target,
          ...(o.digest === undefined ? {} : { digest: o.digest }),
        },
      ],
      intent: 'rollback',
      to: environment,
      only: true,
      remediates: releaseId,
      reason: `the watch of ${component.service} ${component.version} found a regression: ${view.because}`,
      by: { id: 'gantry', kind: 'system', ...(owner === undefined ? {} : { person: owner }) },
    },
    { now: new Date(o.now), publicUrl: o.publicUrl },
  );
  return ordered.id;
}
