import { sql } from 'kysely';
import { releaseTitle, type Actor, type ReleaseView, type StallView } from '../../domain/release/release.ts';
import { stallBecause, stallRemedy, stallSentence, type StallCause } from '../../domain/release/stalled.ts';
import type { NewEvent } from '../../domain/release/events.ts';
import { releaseData } from '../../domain/webhooks/data.ts';
import { inTransaction, type Db } from '../database/open.ts';
import { appendEvents } from './append.ts';
import { orderNotices } from './notices.ts';
import { currentPolicy } from './policies.ts';
import { orderWebhooks } from './webhooks.ts';

/** Workflows that the engine cannot move. `isAll`: no further ones were left out, so whatever is not here moves. */
export interface Stalls {
  found: readonly { workflowId: string; cause: StallCause }[];
  isAll: boolean;
}

export interface StallChanges {
  began: string[];
  ended: string[];
  /** Workflows that are no open release: an environment, a train, a watch. */
  others: string[];
}

const system: Actor = { id: 'gantry', kind: 'system' };

/** How a release of the table `releases` stands still, for a select beside its view; null: it does not. */
export const stallOfRow = sql<StallView | null>`(
  select json_build_object(
    'since', to_char(since at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'), 'because', because
  ) from stalled_releases where release_id = releases.id
)`;

/**
 * Writes down which releases stand still and which move again, with the timeline, the mail to people on call and the webhooks in
 * one transaction. `listedAt`: when the engine was asked; `at`: now. The same finding again changes nothing, by whatever process (promise P18).
 */
export async function noteStalls(
  db: Db,
  { found, isAll }: Stalls,
  { at, listedAt, domain }: { at: string; listedAt: string; domain: string },
): Promise<StallChanges> {
  return inTransaction(db, async (trx) => {
    const ids = found.map(({ workflowId }) => workflowId);
    const rows = await trx
      .selectFrom('releases')
      .select(['id', 'workflow_id', 'view', stallOfRow.as('stall')])
      .where('workflow_id', '=', sql<string>`any(${ids}::text[])`)
      .where('ended_at', 'is', null)
      .execute();
    const causes = new Map(found.map(({ workflowId, cause }) => [workflowId, cause]));
    const began: string[] = [];
    for (const row of rows) {
      if (row.stall) continue;
      const because = stallBecause(causes.get(row.workflow_id) ?? 'fails');
      if (await begin(trx, row.view, { since: at, because }, domain)) began.push(row.id);
    }
    const known = new Set(rows.map((row) => row.workflow_id));
    const ended = isAll
      ? await endOthers(
          trx,
          rows.map(({ id }) => id),
          { at, listedAt },
        )
      : [];
    return { began, ended, others: ids.filter((id) => !known.has(id)) };
  });
}

async function begin(trx: Db, view: ReleaseView, stall: StallView, domain: string): Promise<boolean> {
  const { since, because } = stall;
  const inserted = await trx
    .insertInto('stalled_releases')
    .values({ release_id: view.id, since, because })
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirst();
  if (inserted.numInsertedOrUpdatedRows !== 1n) return false;
  const title = releaseTitle(view.components);
  const sentence = stallSentence(title, because);
  const events: NewEvent[] = [
    {
      ...{ key: `stalled/${since}`, at: since, actor: system, action: 'release.stalled', object: title },
      sentence: `${sentence} ${stallRemedy}`,
    },
  ];
  await orderNotices(
    trx,
    [
      {
        occasion: `stalled/${since}`,
        kind: 'stalled',
        releaseId: view.id,
        to: await toldOf(trx, view),
        sentence,
        facts: { look: since },
      },
    ],
    domain,
  );
  await orderWebhooks(trx, {
    releaseId: view.id,
    events,
    data: releaseData({ ...view, headline: sentence }),
  });
  await appendEvents(trx, view.id, events);
  return true;
}

/** People on call; where the policy names none, its owner and whoever asked for it. */
async function toldOf(db: Db, { owner, requestedBy }: ReleaseView): Promise<string[]> {
  const onCall = (await currentPolicy(db))?.policy.organisation.onCall ?? [];
  if (onCall.length > 0) return onCall;
  const requester = requestedBy.person ?? (requestedBy.kind === 'person' ? requestedBy.id : undefined);
  return [...new Set([owner, requester].filter((person): person is string => person !== undefined))];
}

/** What another process found after this list was made is not in it, and stands still all the same. */
async function endOthers(
  trx: Db,
  still: readonly string[],
  { at, listedAt }: { at: string; listedAt: string },
): Promise<string[]> {
  const gone = await trx
    .deleteFrom('stalled_releases')
    .where(sql<boolean>`not (release_id = any(${[...still]}::text[]))`)
    .where('since', '<=', sql<Date>`${listedAt}::timestamptz`)
    .returning(['release_id', 'since'])
    .execute();
  for (const { release_id: id, since } of gone) {
    const row = await trx
      .selectFrom('releases')
      .select('view')
      .where('id', '=', id)
      .executeTakeFirstOrThrow();
    const title = releaseTitle(row.view.components);
    await appendEvents(trx, id, [
      {
        ...{ key: `moves/${since.toISOString()}`, at, actor: system, action: 'release.movesAgain' as const },
        object: title,
        sentence: `The engine tells of no more failing tries of ${title}: its workflow moves again, or somebody has ended it.`,
      },
    ]);
  }
  return gone.map((row) => row.release_id);
}
