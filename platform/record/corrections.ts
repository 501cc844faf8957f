import { tookThePlaceOf } from '../../domain/release/took-the-place.ts';
import { releaseTitle, type ReleaseView } from '../../domain/release/release.ts';
import type { Db } from '../database/open.ts';
import { orderNotices } from './notices.ts';
import { readRelease } from './find-releases.ts';

/**
 * Whoever was told "released" is told in the same thread that it was rolled back, by a later release that made it good
 * (semantics §8, "Correction"); once, for a mail has a key. Not where something else had come between.
 */
export async function correctReleased(trx: Db, view: ReleaseView, mailDomain: string): Promise<void> {
  const isBack = view.state === 'succeeded' && view.intent === 'rollback';
  if (!isBack || view.remediates === undefined) return;
  const bad = await readRelease(trx, view.remediates);
  if (!bad || tookThePlaceOf(view, bad).length === 0) return;
  const readers = await trx
    .selectFrom('notices')
    .select('person')
    .distinct()
    .where('release_id', '=', bad.id)
    .where('kind', '=', 'released')
    .execute();
  if (readers.length === 0) return;
  await orderNotices(
    trx,
    [
      {
        occasion: `correction/${view.id}`,
        kind: 'rolledBack',
        releaseId: bad.id,
        to: readers.map(({ person }) => person),
        ...(view.stage === undefined ? {} : { environment: view.stage }),
        facts: { runsAgain: releaseTitle(view.components) },
        sentence: `${releaseTitle(bad.components)}, which you were told is released, was rolled back: ${releaseTitle(view.components)} runs again.`,
      },
    ],
    mailDomain,
  );
}
