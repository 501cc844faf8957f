import semver from 'semver';
import type { Dependency } from '../../../domain/calendar/model.ts';
import { waitingCycle } from '../../../domain/gates/dependencies/cycle.ts';
import { releaseTitle, type Component } from '../../../domain/release/release.ts';
import type { Db } from '../../database/open.ts';
import { openReleasesByStage, type OpenRelease } from './concerned.ts';

/** A release that is asked for, or whose needs are to change. */
export interface Asked {
  releaseId: string;
  components: readonly Pick<Component, 'service' | 'version'>[];
  needs: readonly Dependency[];
}

/**
 * Titles of the releases on the way round, where this one would wait for somebody who waits for it (semantics §2): `shop
 * 1.4.0`, `payments 2.1.0`, `shop 1.4.0`. A version that runs already keeps nobody waiting.
 */
export async function cyclePath(db: Db, asked: Asked): Promise<string[] | undefined> {
  if (asked.needs.length === 0) return undefined;
  const open = (await openReleasesByStage(db)).filter(({ releaseId }) => releaseId !== asked.releaseId);
  const own: Provider = { releaseId: asked.releaseId, components: asked.components };
  const providers: Provider[] = [...open, own];
  const running = await runningVersions(db);
  const needs = new Map([...(await needsOfOpen(db)), [asked.releaseId, asked.needs] as const]);
  const waits = new Map(
    providers.map(({ releaseId }) => [
      releaseId,
      (needs.get(releaseId) ?? []).flatMap((need) => providersOf(need, providers, running)),
    ]),
  );
  const way = waitingCycle(asked.releaseId, waits);
  return way?.map((id) => {
    const found = providers.find(({ releaseId }) => releaseId === id);
    return found ? releaseTitle([...found.components]) : id;
  });
}

type Provider = Pick<OpenRelease, 'releaseId' | 'environments'> & {
  components: readonly Pick<Component, 'service' | 'version'>[];
};

/** Open releases that would bring what is needed; one that is not planned yet may go anywhere. */
function providersOf(
  need: Dependency,
  providers: readonly Provider[],
  running: ReadonlyMap<string, string>,
): string[] {
  if (need.kind === 'release') return [need.releaseId];
  if (isAtLeast(running.get(`${need.environment}/${need.service}`), need.atLeast)) return [];
  return providers
    .filter(
      ({ components, environments }) =>
        (environments === undefined || environments.includes(need.environment)) &&
        components.some(
          ({ service, version }) => service === need.service && isAtLeast(version, need.atLeast),
        ),
    )
    .map(({ releaseId }) => releaseId);
}

const isAtLeast = (version: string | undefined, least: string): boolean =>
  semver.valid(version) !== null && semver.valid(least) !== null && semver.gte(version ?? '', least);

async function runningVersions(db: Db): Promise<ReadonlyMap<string, string>> {
  const rows = await db.selectFrom('running').select(['environment', 'service', 'version']).execute();
  return new Map(rows.map((row) => [`${row.environment}/${row.service}`, row.version]));
}

async function needsOfOpen(db: Db): Promise<Map<string, Dependency[]>> {
  const rows = await db
    .selectFrom('release_dependencies')
    .innerJoin('releases', 'releases.id', 'release_dependencies.release_id')
    .select(['release_id', 'dependency'])
    .where('ended_at', 'is', null)
    .where('release_dependencies.state', '!=', 'dropped')
    .orderBy('number')
    .execute();
  const needs = new Map<string, Dependency[]>();
  for (const { release_id: id, dependency } of rows) needs.set(id, [...(needs.get(id) ?? []), dependency]);
  return needs;
}
