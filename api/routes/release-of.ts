import type { ReleaseView } from '../../domain/release/release.ts';
import { GantryError } from '../../platform/errors.ts';
import { releaseMeant } from '../../platform/record/releases.ts';
import type { Call, Subject } from '../http/route.ts';

/** The release that `{id}` means, and what the table of access must know of it. @throws NOT_FOUND, AMBIGUOUS_ID */
export async function releaseOf({
  deps,
  params,
}: Call<{ id: string }, unknown, unknown>): Promise<Subject<ReleaseView>> {
  const view = await releaseMeant(deps.store.db, params.id);
  const services = view.components.map((component) => component.service);
  const requestedBy = view.requestedBy.person ?? view.requestedBy.id;
  return { value: view, object: { services, requestedBy } };
}

/** Refuses an act on a release that has changed since the caller looked (If-Match). @throws STALE */
export function refuseStale({ req }: Pick<Call<unknown, unknown, unknown>, 'req'>, view: ReleaseView): void {
  const seen = req.get('if-match');
  if (seen === undefined || seen === '*' || seen === `"${view.seq}"`) return;
  throw new GantryError('STALE', {
    seen,
    seq: view.seq,
    headline: view.headline,
    detail: `You acted on revision ${seen}; it is now "${view.seq}": ${view.headline}`,
  });
}
