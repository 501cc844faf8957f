import { nameAmong, type Names } from '../../../domain/release/names.ts';
import { sql } from 'kysely';
import semver from 'semver';
import type {
  AskedOverride,
  CalendarRule,
  CalendarOverride,
  Dependency,
  Reservation,
} from '../../../domain/calendar/model.ts';
import type { NeedFacts } from '../../../domain/calendar/need.ts';
import type { Target } from '../../../domain/calendar/open.ts';
import type { AwaitedRelease, DependencyFacts } from '../../../domain/gates/dependencies/evaluate.ts';
import type { ReleaseState } from '../../../domain/release/state.ts';
import type { Db } from '../../database/open.ts';
import { standingQuarantines } from '../gates/quarantines.ts';
import { currentPolicy } from '../policies.ts';
import { personNames } from '../person-names.ts';
import { labelsOf } from './concerned.ts';
import { standingOverrides } from './overrides.ts';
import { listReservations } from './reservations.ts';
import { rulesInForce } from './rules.ts';

/** What the record knows that one stage's calendar hangs on. */
export interface CalendarFacts {
  revision: number;
  rules: readonly CalendarRule[];
  target: Target;
  overrides: CalendarOverride[];
  /** Those that wait for a second person. */
  asked: AskedOverride[];
  foreign: Reservation[];
  history: Pick<NeedFacts, 'runs' | 'rollbacks'>;
  dependencies: DependencyFacts[];
  /** Person ids of those who may override a freeze. */
  overriders: string[];
  /** Names of people, by id. */
  names: Names;
  /** Zone of the organisation. */
  zone: string;
  zoneData: string;
}

/** Who may let a release pass a freeze: operators and admins. */
const isOverrider = (person: { access: readonly string[] }): boolean =>
  person.access.some((access) => access === 'operator' || access === 'admin');

/** Reads what the calendar must know of some services in an environment at `now`; of one release where it is named. */
export async function readCalendarFacts(
  db: Db,
  o: {
    environment: string;
    services: readonly string[];
    now: string;
    releaseId?: string;
    needs?: readonly Dependency[];
  },
): Promise<CalendarFacts> {
  const { revision, rules } = await rulesInForce(db);
  const policy = (await currentPolicy(db))?.policy;
  const labels = labelsOf(policy);
  const { environment, services, now, releaseId } = o;
  const standing =
    releaseId === undefined ? [] : await standingOverrides(db, { now, releaseId, environment });
  const reservations = await listReservations(db, { environment, from: now, states: ['reserved'] });
  return {
    revision,
    rules,
    target: {
      environment,
      environmentLabels: labels.environments.get(environment) ?? [],
      services: services.map((service) => ({ service, labels: labels.services.get(service) ?? [] })),
    },
    overrides: standing.filter(({ state }) => state === 'live'),
    asked: standing.filter(({ state }) => state === 'unseconded'),
    foreign: reservations.filter(
      (one) =>
        one.owner !== releaseId &&
        (one.services.length === 0 || one.services.some((service) => services.includes(service))),
    ),
    history: await historyOf(db, environment, services),
    dependencies: await Promise.all((o.needs ?? []).map((dependency) => dependencyFacts(db, dependency))),
    overriders: (policy?.people ?? []).filter(isOverrider).map(({ id }) => id),
    names: Object.fromEntries(
      (policy?.people ?? []).map(({ id }) => [id, nameAmong(policy?.people ?? [], id)]),
    ),
    zone: policy?.organisation.zone ?? 'UTC',
    zoneData: process.versions['tz'] ?? 'unknown',
  };
}

/** What finished deployments and rollbacks took there, in milliseconds, newest first. */
async function historyOf(
  db: Db,
  environment: string,
  services: readonly string[],
): Promise<CalendarFacts['history']> {
  const rows = await db
    .selectFrom('deployments')
    .select(['status', sql<number>`(extract(epoch from ended_at - started_at) * 1000)::float8`.as('took')])
    .where('environment', '=', environment)
    .where('service', '=', sql<string>`any(${[...services]}::text[])`)
    .where('release_id', 'is not', null)
    .where('ended_at', 'is not', null)
    .where('status', 'in', ['succeeded', 'rolledBack'])
    .orderBy('started_at', 'desc')
    .limit(40)
    .execute();
  const took = (status: string): number[] =>
    rows.filter((row) => row.status === status).map((row) => row.took);
  return { runs: took('succeeded'), rollbacks: took('rolledBack') };
}

/** What is known now of one thing that a release waits for. */
export async function dependencyFacts(db: Db, dependency: Dependency): Promise<DependencyFacts> {
  if (dependency.kind === 'release') {
    const release = await awaitedRelease(db, dependency.releaseId);
    return { dependency, ...(release ? { release } : {}) };
  }
  const { service, environment, atLeast } = dependency;
  const running = await db
    .selectFrom('running')
    .innerJoin('deployments', 'deployments.id', 'running.deployment_id')
    .select([
      'running.version',
      'running.digest',
      'running.commit_id',
      'deployments.status',
      'deployments.ended_at',
      'deployments.release_id',
    ])
    .where('running.environment', '=', environment)
    .where('running.service', '=', service)
    .executeTakeFirst();
  const verifiedAt = running?.status === 'succeeded' ? running.ended_at?.toISOString() : undefined;
  const onTheWay = await openReleaseFor(db, dependency);
  const failed = onTheWay ? undefined : await lastFailedFor(db, { service, environment, atLeast });
  return {
    dependency,
    ...(running
      ? {
          running: {
            version: running.version,
            ...(verifiedAt === undefined ? {} : { verifiedAt }),
            ...(await banOn(db, { service, ...running })),
          },
        }
      : {}),
    ...(onTheWay ? { onTheWay } : {}),
    ...(failed ? { failed } : {}),
  };
}

const isEnough = (version: string, atLeast: string): boolean =>
  semver.valid(version) !== null && semver.valid(atLeast) !== null && semver.gte(version, atLeast);

/** So many deployments back is looked for one that brought what is needed. */
const lookedBack = 50;

/** An open release that brings a version that will do. */
async function openReleaseFor(
  db: Db,
  o: { service: string; atLeast: string; environment: string },
): Promise<AwaitedRelease | undefined> {
  const rows = await db
    .selectFrom('releases')
    .innerJoin('release_components', 'release_components.release_id', 'releases.id')
    .select(['releases.id', 'release_components.version'])
    .where('releases.ended_at', 'is', null)
    .where('release_components.service', '=', o.service)
    // One that ends at an earlier stage brings nothing there; while it is not planned nobody knows.
    .where(
      sql<boolean>`(jsonb_array_length(view->'stages') = 0
        or view->'stages' @> jsonb_build_array(jsonb_build_object('environment', ${o.environment}::text)))`,
    )
    .orderBy('releases.created_at')
    .execute();
  for (const row of rows)
    if (isEnough(row.version, o.atLeast)) return awaitedRelease(db, row.id, o.environment);
  return undefined;
}

/**
 * The last release that brought such a version there, or tried to, whatever became of it: a later one may have gone back to
 * an older version. Only where no such version runs there and none is on its way is that the reason to wait no longer.
 */
async function lastFailedFor(
  db: Db,
  o: { service: string; atLeast: string; environment: string },
): Promise<AwaitedRelease | undefined> {
  const rows = await db
    .selectFrom('deployments')
    .select(['release_id', 'version'])
    .where('environment', '=', o.environment)
    .where('service', '=', o.service)
    .where('release_id', 'is not', null)
    .orderBy('started_at', 'desc')
    .limit(lookedBack)
    .execute();
  const last = rows.find(({ version }) => isEnough(version, o.atLeast));
  return last?.release_id ? awaitedRelease(db, last.release_id) : undefined;
}

async function awaitedRelease(db: Db, id: string, stage?: string): Promise<AwaitedRelease | undefined> {
  const row = await db
    .selectFrom('releases')
    .select(['id', 'services', 'versions', 'state', 'owner'])
    .where('id', '=', id)
    .executeTakeFirst();
  if (!row) return undefined;
  let schedules = db
    .selectFrom('release_schedules')
    .select(sql<Date | null>`max(predicted_end)`.as('end'))
    .where('release_id', '=', id);
  if (stage !== undefined) schedules = schedules.where('stage', '=', stage);
  const end = (await schedules.executeTakeFirst())?.end;
  return {
    id: row.id,
    title: row.services.map((service, index) => `${service} ${row.versions[index] ?? ''}`).join(', '),
    state: row.state as ReleaseState,
    ...(row.owner === null ? {} : { owner: row.owner, ownerName: (await personNames(db))(row.owner) }),
    ...(end ? { predictedEnd: end.toISOString() } : {}),
  };
}

/** Who has banned a build, by name, where somebody has. */
async function banOn(
  db: Db,
  build: { service: string; version: string; digest: string | null; commit_id: string | null },
): Promise<{ quarantined?: { by: string; reason: string } }> {
  const { service, version, digest, commit_id: commit } = build;
  const known = { ...(digest === null ? {} : { digest }), ...(commit === null ? {} : { commit }) };
  const [found] = await standingQuarantines(db, [{ service, version, ...known }]);
  return found ? { quarantined: { by: (await personNames(db))(found.by), reason: found.reason } } : {};
}
