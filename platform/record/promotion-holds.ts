import { sql } from 'kysely';
import { releaseTitle, type Actor, type ReleaseView } from '../../domain/release/release.ts';
import { inTransaction, type Db } from '../database/open.ts';
import { GantryError } from '../errors.ts';
import { appendEvents } from './append.ts';

/** A place that takes no promotion by itself, until somebody lifts it or brings the next version there by hand. */
export interface PromotionHold {
  environment: string;
  service: string;
  releaseId: string;
  because: string;
  at: string;
}

/** What an ended release means for promotion into the places that it has touched. */
function effectsOf(
  view: ReleaseView,
): (Pick<PromotionHold, 'environment' | 'service'> & { because?: string })[] {
  return view.stages.flatMap(({ environment, state, rollout }) =>
    rollout.flatMap(({ service, version, mode, compensation }) => {
      const wentBack = compensation?.state === 'compensated' || compensation?.state === 'doneByHand';
      if (view.state === 'rolledBack' && wentBack)
        return [{ environment, service, because: `${service} ${version} was rolled back there` }];
      if (view.state !== 'succeeded' || state !== 'finished') return [];
      return mode === 'rollback'
        ? [{ environment, service, because: `${service} went back to ${version} there` }]
        : [{ environment, service }];
    }),
  );
}

/**
 * Holds promotion into every place where a rollback has just finished, and lifts it where people have finished bringing a
 * version there (semantics §3, "Hold on promotion"): failures and aborts neither set nor lift it.
 */
export async function holdPromotions(trx: Db, view: ReleaseView): Promise<void> {
  if (!view.ended) return;
  const { at } = view.ended;
  for (const { environment, service, because } of effectsOf(view)) {
    if (because !== undefined)
      await trx
        .insertInto('promotion_holds')
        .values({
          environment,
          service,
          release_id: view.id,
          because,
          set_at: at,
          lifted_by: null,
          reason: null,
        })
        .onConflict((conflict) => conflict.doNothing())
        .execute();
    else if (view.requestedBy.kind !== 'system')
      await lift(
        trx,
        { environment, service },
        { by: view.requestedBy.id, at, reason: `${releaseTitle(view.components)} was released there` },
      );
  }
}

async function lift(
  trx: Db,
  { environment, service }: Pick<PromotionHold, 'environment' | 'service'>,
  o: { by: string; at: string; reason: string },
): Promise<boolean> {
  const row = await trx
    .updateTable('promotion_holds')
    .set({ lifted_at: o.at, lifted_by: o.by, reason: o.reason })
    .where('environment', '=', environment)
    .where('service', '=', service)
    .where('lifted_at', 'is', null)
    .executeTakeFirst();
  return row.numUpdatedRows > 0n;
}

/** Those that stand, oldest first; of these places only, where some are named. */
export async function promotionHolds(
  db: Db,
  o: { environment?: string; services?: readonly string[] } = {},
): Promise<PromotionHold[]> {
  const rows = await db
    .selectFrom('promotion_holds')
    .selectAll()
    .where('lifted_at', 'is', null)
    .$if(o.environment !== undefined, (query) => query.where('environment', '=', o.environment ?? ''))
    .$if(o.services !== undefined, (query) =>
      query.where('service', '=', sql<string>`any(${[...(o.services ?? [])]}::text[])`),
    )
    .orderBy('set_at')
    .execute();
  return rows.map((row) => ({
    environment: row.environment,
    service: row.service,
    releaseId: row.release_id,
    because: row.because,
    at: row.set_at.toISOString(),
  }));
}

/** Lets promotion go on, as a person says with a reason. @throws NOT_FOUND where nothing is held */
export async function liftPromotionHold(
  db: Db,
  place: Pick<PromotionHold, 'environment' | 'service'>,
  o: { by: Actor; at: string; reason: string; requestId?: string },
): Promise<void> {
  const who = o.by.person ?? o.by.id;
  const { environment, service } = place;
  await inTransaction(db, async (trx) => {
    if (!(await lift(trx, place, { by: who, at: o.at, reason: o.reason })))
      throw new GantryError('NOT_FOUND', {
        what: 'hold on promotion of',
        id: `${service} into ${environment}`,
      });
    await appendEvents(trx, null, [
      {
        key: `promotion/${environment}/${service}/${o.at}`,
        at: o.at,
        actor: o.by,
        action: 'promotion.released',
        object: `${service} in ${environment}`,
        sentence: `${who} lets ${service} be promoted into ${environment} again.`,
        reason: o.reason,
        ...(o.requestId === undefined ? {} : { requestId: o.requestId }),
      },
    ]);
  });
}
