import type { Artifact } from '../../domain/release/artifact.ts';
import { goesBackFor } from '../../domain/release/goes-back.ts';
import type { Intent } from '../../domain/release/state.ts';
import type { Db } from '../database/open.ts';
import { endedBuilds } from './ended-builds.ts';
import { runningIn, whereRun } from './running.ts';

/** Where a release goes to at last. */
interface LastPlace {
  /** Environment; undefined where nobody can tell. */
  target: string | undefined;
  /** What runs there, by service; left out where it has not been read yet. */
  running?: Readonly<Record<string, { version: string } | undefined>>;
}

/** Whether what is called a rollback goes back in its last environment, by its versions or the record; false for every other intent. */
export async function goesBackThere(
  db: Db,
  { intent, components }: { intent: Intent; components: readonly Artifact[] },
  { target, running }: LastPlace,
): Promise<boolean> {
  if (intent !== 'rollback' || target === undefined) return false;
  const services = components.map(({ service }) => service);
  const runs = running ?? runningIn(target, await whereRun(db, services));
  const current = services.flatMap((service): Artifact[] => {
    const version = runs[service]?.version;
    return version === undefined ? [] : [{ service, version }];
  });
  const ended = await endedBuilds(db, [target], [...components, ...current]);
  const endedWell = ended.filter(({ isGood }) => isGood);
  return goesBackFor(components.map((build) => ({ build, running: runs[build.service], endedWell })));
}
