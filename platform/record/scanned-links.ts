import type { Db } from '../database/open.ts';

/** Looks at a link that come within so long after the first one are of one burst. */
export const burstMs = 10_000;
/** So many in one burst are more than a person makes who opens a mail, and reloads once. */
const burstLooks = 3;

/** A link that was opened in a burst before anything was sent through it. */
export interface ScannedLink {
  at: string;
  person: string;
  looks: number;
  environment: string;
}

/**
 * Links of a release that a mail scanner has probably opened (trust §1.2), in the order of the first look. Whoever decided within
 * the burst was a person in a hurry. It is derived when somebody reads it: a look at a link writes nothing but its counter.
 */
export async function scannedLinks(db: Db, releaseId: string): Promise<ScannedLink[]> {
  const rows = await db
    .selectFrom('approval_links as link')
    .innerJoin('approval_requests as request', 'request.id', 'link.request_id')
    .leftJoin('received_decisions as decision', (join) =>
      join.onRef('decision.request_id', '=', 'link.request_id').onRef('decision.person', '=', 'link.person'),
    )
    .where('request.release_id', '=', releaseId)
    .where('link.burst_reads', '>=', burstLooks)
    .where('link.first_read_at', 'is not', null)
    .select((of) => [
      'link.jti',
      'link.first_read_at as at',
      'link.person as person',
      'link.burst_reads as looks',
      'request.stage as environment',
      of.fn.min('decision.received_at').as('decidedAt'),
    ])
    .groupBy(['link.jti', 'request.stage'])
    .orderBy('link.first_read_at')
    .execute();
  return rows.flatMap(({ at, person, looks, environment, decidedAt }) =>
    at === null || looks === null || (decidedAt !== null && decidedAt.getTime() < at.getTime() + burstMs)
      ? []
      : [{ at: at.toISOString(), person, looks, environment }],
  );
}
