import { sql } from 'kysely';
import type { Db } from '../../database/open.ts';
import { raiseRevision } from './revision.ts';
import { addWakes, type Waiting } from './wakes.ts';

/**
 * What changed somewhere: in an environment (of one service, or at all), or with a release as a whole, for which those wait,
 * too, that need a version of one of its services.
 */
export interface Happening {
  environment?: string;
  service?: string;
  releaseId?: string;
  /** What those who wait are told; left out: that it has changed. */
  sentence?: string;
}

type Dependant = Waiting & { releaseId: string };

/** Open releases that wait for something there, oldest first, each once. */
export async function dependantsOf(db: Db, happening: Happening): Promise<Dependant[]> {
  const [found = []] = await dependantsOfEach(db, [happening]);
  return found;
}

/** The same for several at once, in their order. */
async function dependantsOfEach(db: Db, all: readonly Happening[]): Promise<Dependant[][]> {
  const [first, ...others] = all.map((one, index) => waitingFor(db, one, index));
  if (!first) return [];
  const rows = await others
    .reduce((query, other) => query.unionAll(other), first)
    .orderBy('created_at')
    .orderBy('id')
    .execute();
  return all.map((_, index) =>
    rows
      .filter((row) => row.index === index)
      .map((row) => ({ releaseId: row.id, workflowId: row.workflow_id })),
  );
}

const waitingFor = (db: Db, { environment, service, releaseId }: Happening, index: number) =>
  db
    .selectFrom('release_dependencies')
    .innerJoin('releases', 'releases.id', 'release_dependencies.release_id')
    .select(['releases.id', 'releases.workflow_id', 'releases.created_at'])
    .select(sql<number>`${index}::integer`.as('index'))
    .distinct()
    .where('releases.ended_at', 'is', null)
    .where('release_dependencies.state', '!=', 'dropped')
    .where((row) =>
      row.or([
        ...(releaseId === undefined
          ? []
          : [
              row.and([row('kind', '=', 'release'), row('other_release', '=', releaseId)]),
              row.and([
                row('kind', '=', 'version'),
                row('releases.id', '!=', releaseId),
                row('service', 'in', servicesOf(db, releaseId)),
              ]),
            ]),
        ...(environment === undefined
          ? []
          : [
              row.and([
                row('kind', '=', 'version'),
                row('environment', '=', environment),
                ...(service === undefined ? [] : [row('service', '=', service)]),
              ]),
            ]),
      ]),
    );

const servicesOf = (db: Db, releaseId: string) =>
  db
    .selectFrom('release_components')
    .select('release_components.service')
    .where('release_id', '=', releaseId);

/**
 * Wakes the releases that wait for what has changed, in the transaction that recorded it; the log has said it already.
 * Answers how many they are. Where nobody waits, nothing is locked and nothing changes.
 */
export async function wakeDependants(trx: Db, ...happened: readonly Happening[]): Promise<number> {
  const all = happened.filter((one) => one.releaseId !== undefined || one.environment !== undefined);
  const dependants = await dependantsOfEach(trx, all);
  if (dependants.every((waiting) => waiting.length === 0)) return 0;
  const revision = await raiseRevision(trx);
  for (const [index, happening] of all.entries()) {
    const waiting = dependants[index] ?? [];
    if (waiting.length > 0)
      await addWakes(trx, { waiting, cause: happening.sentence ?? sentenceOf(happening), revision });
  }
  return dependants.reduce((sum, waiting) => sum + waiting.length, 0);
}

function sentenceOf({ environment, service }: Happening): string {
  if (environment === undefined) return 'A release that this one waits for has changed.';
  return `What runs in ${environment}${service === undefined ? '' : ` of ${service}`} has changed.`;
}
