import type { Incident } from '../../../domain/incidents/incident.ts';
import { regressionOf, regressionText, type Regression } from '../../../domain/watch/regression.ts';
import type { Db } from '../../database/open.ts';
import { addWakes, type Waiting } from '../calendar/wakes.ts';
import { openReleasesWith } from '../open-releases.ts';
import { incidentOf } from './read.ts';

/** Regressions of these versions that stand now, oldest first, wherever they were found. */
export async function standingRegressions(
  db: Db,
  builds: readonly { service: string; version: string }[],
): Promise<Regression[]> {
  if (builds.length === 0) return [];
  const rows = await db
    .selectFrom('incidents')
    .selectAll()
    .where('state', '=', 'open')
    .where('service', 'in', [...new Set(builds.map(({ service }) => service))])
    .where('version', 'in', [...new Set(builds.map(({ version }) => version))])
    .orderBy('started_at')
    .orderBy('id')
    .execute();
  return rows
    .map((row) => incidentOf(row))
    .flatMap((incident) => {
      const regression = regressionOf(incident);
      return regression ? [{ ...regression, revision: incident.revision }] : [];
    })
    .filter((one) =>
      builds.some(({ service, version }) => service === one.service && version === one.version),
    );
}

/**
 * Tells every open release that carries a version what has become of its regression, in the transaction that changed the
 * incident. @param before the incident as it was; absent where it is new
 */
export async function tellOfRegression(
  trx: Db,
  before: Incident | undefined,
  after: Incident,
): Promise<void> {
  const was = before && regressionOf(before);
  const is = regressionOf(after);
  if (was && (was.service !== is?.service || was.version !== is.version))
    await wake(
      trx,
      was,
      after.revision,
      `${nameOf(was)} is no longer said to have regressed${ended(after)}.`,
      true,
    );
  if (is) await wake(trx, is, after.revision, `${regressionText(is)}.`, false);
}

const nameOf = ({ service, version }: Regression): string => `${service} ${version}`;

const ended = ({ state, outcome }: Incident): string =>
  state === 'closed' ? `: the incident was closed${outcome === undefined ? '' : `, ${outcome}`}` : '';

async function wake(
  trx: Db,
  regression: Regression,
  revision: number,
  cause: string,
  isOver: boolean,
): Promise<void> {
  const waiting = await carriersOf(trx, regression);
  await addWakes(trx, { waiting, cause, revision, about: { regression, revision, isOver } });
}

/** Open releases with this version aboard. Those that go back mend it, and pass over the news: whether one does, its plan says. */
const carriersOf = async (trx: Db, { service, version }: Regression): Promise<Waiting[]> =>
  openReleasesWith(trx, (where) =>
    where.and([
      where('release_components.service', '=', service),
      where('release_components.version', '=', version),
    ]),
  );
