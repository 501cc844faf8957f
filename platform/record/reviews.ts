import { sql, type Selectable } from 'kysely';
import type { GlassReviewInput } from '../../activities/contract.ts';
import { reviewInWords, type OwedReview } from '../../domain/gates/review/evaluate.ts';
import { reviewersOf, whyNotReviewable } from '../../domain/gates/review/reviewers.ts';
import { nameAmong } from '../../domain/release/names.ts';
import type { Actor } from '../../domain/release/release.ts';
import { inTransaction, type Db } from '../database/open.ts';
import type { Database } from '../database/schema.ts';
import { GantryError } from '../errors.ts';
import { appendEvents } from './append.ts';
import { personNames } from './person-names.ts';
import { calendarRevision } from './calendar/revision.ts';
import { addWakes, watchWorkflowId } from './calendar/wakes.ts';
import { openReleasesWith } from './open-releases.ts';
import { currentPolicy } from './policies.ts';

/** A break-glass as somebody else is to review it. */
export interface ReviewRecord extends GlassReviewInput {
  done?: { at: string; by: string; finding: string };
}

/** Writes down that a review is owed, and wakes what it may come to stop; the second time changes nothing. */
export async function openReview(db: Db, input: GlassReviewInput): Promise<void> {
  const written = await db
    .insertInto('glass_reviews')
    .values({
      id: input.id,
      release_id: input.releaseId,
      title: input.title,
      services: input.services,
      environment: input.environment,
      broken_by: input.brokenBy,
      reason: input.reason,
      incident: input.incident,
      broken_at: input.brokenAt,
      due_at: input.dueAt,
    })
    .onConflict((conflict) => conflict.column('id').doNothing())
    .returning('id')
    .executeTakeFirst();
  if (!written) return;
  const people = (await currentPolicy(db))?.policy.people ?? [];
  const brokenBy = input.brokenBy.map((id) => nameAmong(people, id));
  await wakeStopped(db, input, reviewInWords({ ...input, brokenBy }, { isOverdue: false }));
}

/** Open releases of its services look when they are to ask again; whoever warns of what is due looks, too. */
async function wakeStopped(db: Db, review: GlassReviewInput, cause: string): Promise<void> {
  const waiting = await openReleasesWith(db, (where) =>
    where.and([
      where('release_components.service', 'in', review.services),
      where('releases.id', '!=', review.releaseId),
    ]),
  );
  const revision = await calendarRevision(db);
  await addWakes(db, { waiting: [...waiting, { workflowId: watchWorkflowId }], cause, revision });
}

/** Reviews that are owed, what is due first on top; or those that were done, what was due last on top. At most 200. */
export async function listReviews(db: Db, { done }: { done: boolean }): Promise<ReviewRecord[]> {
  const rows = await db
    .selectFrom('glass_reviews')
    .selectAll()
    .where('done_at', done ? 'is not' : 'is', null)
    .orderBy('due_at', done ? 'desc' : 'asc')
    .limit(200)
    .execute();
  return rows.map(reviewOf);
}

export async function reviewById(db: Db, id: string): Promise<ReviewRecord | undefined> {
  const row = await db.selectFrom('glass_reviews').selectAll().where('id', '=', id).executeTakeFirst();
  return row && reviewOf(row);
}

/** Reviews that a release owes or owed, what was due first on top. */
export async function reviewsOfRelease(db: Db, releaseId: string): Promise<ReviewRecord[]> {
  const rows = await db
    .selectFrom('glass_reviews')
    .selectAll()
    .where('release_id', '=', releaseId)
    .orderBy('due_at')
    .orderBy('id')
    .execute();
  return rows.map(reviewOf);
}

/** One that is owed, with the services that it shuts. */
export type OwedByServices = OwedReview & Pick<ReviewRecord, 'services'>;

/** Reviews of any of these services that nobody has done, those of one release left out, with who is to do each; what is due first on top. */
export async function owedReviews(
  db: Db,
  {
    services,
    except,
    isOverdue = false,
  }: { services: readonly string[]; except: string; isOverdue?: boolean },
): Promise<OwedByServices[]> {
  const rows = await db
    .selectFrom('glass_reviews')
    .selectAll()
    .where('done_at', 'is', null)
    .where('release_id', '!=', except)
    .where(sql<boolean>`services && ${[...services]}::text[]`)
    .$if(isOverdue, (query) => query.where('due_at', '<=', sql<Date>`now()`))
    .orderBy('due_at')
    .orderBy('id')
    .execute();
  if (rows.length === 0) return [];
  const policy = (await currentPolicy(db))?.policy;
  const nameOf = (id: string): string => nameAmong(policy?.people ?? [], id);
  return rows.map((row) => {
    const review = reviewOf(row);
    const reviewers = policy ? reviewersOf(policy, review) : []; // by ids: before they become names
    return { ...review, brokenBy: review.brokenBy.map(nameOf), reviewers: reviewers.map(nameOf) };
  });
}

/** The same, of those that are overdue by the database's clock. */
export async function overdueReviews(
  db: Db,
  asked: { services: readonly string[]; except: string },
): Promise<OwedByServices[]> {
  return owedReviews(db, { ...asked, isOverdue: true });
}

/**
 * Closes a review, with an entry in the log of its release. Done once: the first finding stays.
 * @throws NOT_FOUND, AUTHORITY_MISSING for whoever broke the glass, COMMAND_NOT_POSSIBLE where it is done
 */
export async function settleReview(
  db: Db,
  id: string,
  o: { by: Actor; person: string; finding: string; at: string },
): Promise<ReviewRecord> {
  return inTransaction(db, async (trx) => {
    const row = await trx
      .selectFrom('glass_reviews')
      .selectAll()
      .where('id', '=', id)
      .forUpdate()
      .executeTakeFirst();
    if (!row) throw new GantryError('NOT_FOUND', { what: `review ${id}`, id });
    const review = reviewOf(row);
    const nameOf = await personNames(trx);
    const refused = whyNotReviewable(review, o.person, nameOf);
    if (refused)
      throw new GantryError(refused.code, {
        detail: refused.because,
        ...(refused.code === 'COMMAND_NOT_POSSIBLE'
          ? {
              remedy:
                'There is nothing to do: the first finding stays, and stands in the log of the release.',
            }
          : {}),
      });
    await trx
      .updateTable('glass_reviews')
      .set({ done_at: o.at, done_by: o.person, finding: o.finding })
      .where('id', '=', id)
      .execute();
    await appendEvents(trx, review.releaseId, [
      {
        key: `review/${id}/done`,
        at: o.at,
        actor: o.by,
        action: 'glass.reviewed',
        object: review.environment,
        sentence: `${nameOf(o.person)} reviewed the break-glass of ${review.brokenBy.map(nameOf).join(', ')} in ${review.environment}: ${o.finding}`,
        reason: o.finding,
        facts: { review: id, incident: review.incident },
      },
    ]);
    await wakeStopped(trx, review, `${nameOf(o.person)} reviewed the break-glass of ${review.title}.`);
    return { ...review, done: { at: o.at, by: o.person, finding: o.finding } };
  });
}

const reviewOf = (row: Selectable<Database['glass_reviews']>): ReviewRecord => ({
  id: row.id,
  releaseId: row.release_id,
  title: row.title,
  services: row.services,
  environment: row.environment,
  brokenBy: row.broken_by,
  reason: row.reason,
  incident: row.incident,
  brokenAt: row.broken_at.toISOString(),
  dueAt: row.due_at.toISOString(),
  ...(row.done_at === null
    ? {}
    : { done: { at: row.done_at.toISOString(), by: row.done_by ?? '', finding: row.finding ?? '' } }),
});
