import { goesBackFor } from '../../domain/release/goes-back.ts';
import type { Artifact } from '../../domain/release/artifact.ts';
import type { Intent } from '../../domain/release/state.ts';
import type { Db } from '../database/open.ts';
import { endedWellAs } from './gates/upstream.ts';
import { runsAt } from './running.ts';

/** Whether what is called a rollback goes back in its last environment, by its versions or the record; false for every other intent. */
export async function goesBackThere(
  db: Db,
  { intent, components }: { intent: Intent; components: readonly Artifact[] },
  target: string | undefined,
): Promise<boolean> {
  if (intent !== 'rollback' || target === undefined) return false;
  const places = components.map(async (build) => ({
    build,
    running: await runsAt(db, target, build.service),
    endedWell: await endedWellAs(db, target, build),
  }));
  return goesBackFor(await Promise.all(places));
}
