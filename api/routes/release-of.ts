import type { ReleaseView } from '../../domain/release/release.ts';
import { GantryError } from '../../platform/errors.ts';
import { findRelease } from '../../platform/record/releases.ts';
import type { Call, Subject } from '../http/route.ts';

/** The release that `{id}` means, and what the table of access must know of it. @throws NOT_FOUND, AMBIGUOUS_ID */
export async function releaseOf({
  deps,
  params,
}: Call<{ id: string }, unknown, unknown>): Promise<Subject<ReleaseView>> {
  const found = await findRelease(deps.store.db, params.id);
  if (found.kind === 'none') throw new GantryError('NOT_FOUND', { what: 'release', id: params.id });
  if (found.kind === 'many') throw ambiguous(params.id, found.candidates);
  const { view } = found;
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

function ambiguous(
  text: string,
  candidates: readonly { id: string; title: string; state: string }[],
): GantryError {
  const errors = candidates.map(({ id, title, state }) => ({
    pointer: '/id',
    code: 'CANDIDATE',
    detail: `${id}: ${title}, ${state}`,
    remedy: `Write ${id}.`,
  }));
  const list = candidates.map(({ id, title }) => `${id} (${title})`).join(', ');
  return new GantryError(
    'AMBIGUOUS_ID',
    { id: text, candidates: list, detail: `"${text}" means several releases: ${list}` },
    { errors },
  );
}
