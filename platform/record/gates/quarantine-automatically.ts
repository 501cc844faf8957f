import type { RecordBatch } from '../../../activities/contract.ts';
import { automaticBan } from '../../../domain/gates/quarantine/evaluate.ts';
import type { ReleaseView } from '../../../domain/release/release.ts';
import { tookThePlaceOf } from '../../../domain/release/took-the-place.ts';
import type { Db } from '../../database/open.ts';
import { readRelease } from '../find-releases.ts';
import { setQuarantine } from './quarantines.ts';

type Versions = NonNullable<RecordBatch['quarantined']>;

/** Bans of a release that has ended, as a stage says it; what stands already stays as it is. */
export async function quarantineAutomatically(
  trx: Db,
  view: ReleaseView,
  versions: Versions,
  mailDomain: string,
): Promise<void> {
  for (const version of await thoseMeant(trx, view, versions))
    await setQuarantine(trx, {
      ...version,
      by: { id: automaticBan, kind: 'system' },
      at: view.updatedAt,
      mailDomain,
    });
}

/** Of a release that makes another one good only what that one had brought. */
async function thoseMeant(trx: Db, view: ReleaseView, versions: Versions): Promise<Versions> {
  if (versions.length === 0 || view.state !== 'succeeded' || view.remediates === undefined) return versions;
  const bad = await readRelease(trx, view.remediates);
  const meant = bad ? tookThePlaceOf(view, bad) : [];
  return versions.filter(({ service, version }) =>
    meant.some((one) => one.service === service && one.version === version),
  );
}
