import { rollbackTargetOf } from '../../domain/gates/rollback-plan/target.ts';
import { isQuarantined, type Quarantine } from '../../domain/gates/quarantine/evaluate.ts';
import type { Incident } from '../../domain/incidents/incident.ts';
import type { Component, ReleaseView } from '../../domain/release/release.ts';
import type { WatchView } from '../../domain/watch/watch.ts';
import type { Db } from '../database/open.ts';
import { standingQuarantines } from './gates/quarantines.ts';
import { endedWell } from './gates/upstream.ts';
import { listIncidents } from './incidents/read.ts';
import { runsAt } from './running.ts';
import { remediesOf, watchesOf } from './watches.ts';

/** A component that an ended release has brought somewhere, and what it could go back to there. */
export interface WayBack {
  environment: string;
  service: string;
  version: string;
  to: string;
  digest?: string;
}

/** What has become of a release after its end, and what can be done about it. */
export interface Afterwards {
  watches: WatchView[];
  incidents: Incident[];
  /** Releases that make it good. */
  remedies: Awaited<ReturnType<typeof remediesOf>>;
  /** What still runs of it and could go back. */
  ways: WayBack[];
  /** Quarantines that stand on builds of it. */
  bans: Quarantine[];
  /** Components of it that nobody has banned. */
  bannable: Component[];
}

const mostIncidents = 20;

/** Everything that a page shows of a release beside its own view. */
export async function afterwardsOf(db: Db, view: ReleaseView): Promise<Afterwards> {
  const [watches, { items: incidents }, remedies, quarantines] = await Promise.all([
    watchesOf(db, view.id),
    listIncidents(db, { release: view.id, limit: mostIncidents }),
    remediesOf(db, view.id),
    standingQuarantines(db),
  ]);
  const bannable = view.components.filter((one) => !quarantines.some((ban) => isQuarantined(ban, one)));
  const bans = quarantines.filter((ban) => view.components.some((one) => isQuarantined(ban, one)));
  return { watches, incidents, remedies, ways: await waysBack(db, view, quarantines), bans, bannable };
}

async function waysBack(
  db: Db,
  view: ReleaseView,
  quarantines: Awaited<ReturnType<typeof standingQuarantines>>,
): Promise<WayBack[]> {
  const environment = view.reached;
  if (view.state !== 'succeeded' || environment === undefined || view.intent === 'rollback') return [];
  const ways: WayBack[] = [];
  for (const component of view.components) {
    const { service, version } = component;
    const runs = await runsAt(db, environment, service);
    if (runs?.releaseId !== view.id) continue;
    const target = rollbackTargetOf(component, await endedWell(db, environment, service), quarantines);
    if (target)
      ways.push({
        ...{ environment, service, version, to: target.version },
        ...(target.digest === undefined ? {} : { digest: target.digest }),
      });
  }
  return ways;
}
