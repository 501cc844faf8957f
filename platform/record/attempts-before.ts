import { releaseTitle, type Component, type ReleaseView } from '../../domain/release/release.ts';
import type { Db } from '../database/open.ts';
import { GantryError } from '../errors.ts';
import { attemptsOf, openTrainWith } from './releases.ts';

/** What is wanted, as far as another release of the same may stand in its way. */
interface Wanted {
  components: readonly Pick<Component, 'service' | 'version'>[];
  train?: { id: string; departure: number };
  /** Ids of open releases whose place it takes. */
  supersedes?: readonly string[];
}

/** How often these versions were released together before. @throws RELEASE_OPEN where they are being released now, by themselves or with a train */
export async function attemptsBefore(db: Db, wanted: Wanted, publicUrl: string): Promise<number> {
  const { attempts, open } = await attemptsOf(db, wanted.components);
  if (open) throw alreadyOpen(open, publicUrl);
  await refuseRiders(db, wanted, publicUrl);
  return attempts;
}

/** A version has one open release at a time: what rides with a train does not go by itself as well. @throws RELEASE_OPEN */
async function refuseRiders(db: Db, wanted: Wanted, publicUrl: string): Promise<void> {
  if (wanted.train) return;
  const riding = await openTrainWith(db, wanted.components);
  if (!riding || wanted.supersedes?.includes(riding.view.id)) return;
  const { view, service, version } = riding;
  const name = `${service} ${version}`;
  const error = new GantryError('RELEASE_OPEN', { title: name, id: view.id });
  error.problem.detail = `${name} rides with train ${view.train?.id ?? ''} already (departure ${view.train?.departure ?? ''}): ${view.headline} See ${publicUrl}/releases/${view.id}`;
  throw error;
}

function alreadyOpen(open: ReleaseView, publicUrl: string): GantryError {
  const title = releaseTitle(open.components);
  const error = new GantryError('RELEASE_OPEN', { title, id: open.id });
  error.problem.detail = `${title} is being released already: ${open.headline} See ${publicUrl}/releases/${open.id}`;
  return error;
}
