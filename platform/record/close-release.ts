import { closedView, toldOfClosing, whyNotClosed } from '../../domain/release/close.ts';
import { releaseTitle, type Actor, type ReleaseView } from '../../domain/release/release.ts';
import type { RunOfOrder } from '../../domain/release/run-of-order.ts';
import { stateWord } from '../../domain/release/state.ts';
import { inTransaction, type Db } from '../database/open.ts';
import { GantryError } from '../errors.ts';
import { nameAmong } from '../../domain/release/names.ts';
import { openRequestsOf } from './approvals.ts';
import { environmentLocks } from './environment-locks.ts';
import { currentPolicy } from './policies.ts';
import { recordBatch, type LeftEnvironment } from './releases.ts';

/** A person's word that a release is to end in the record. */
export interface Closing {
  by: Actor;
  reason: string;
  at: string;
  requestId?: string;
}

/**
 * Ends a release in the record alone, as its workflow would: timeline, log, mail, webhooks, what waits for it, reservations, requests and locks, in one
 * transaction. What it had under way stays where it was told to be last.
 * @param run how the engine has its workflow, asked right before
 * @throws what {@link whyNotClosed} finds; NOT_FOUND
 */
export async function closeRelease(
  db: Db,
  releaseId: string,
  o: { run: RunOfOrder; closing: Closing; mailDomain: string },
): Promise<{ view: ReleaseView; left: LeftEnvironment[] }> {
  const { run, closing, mailDomain } = o;
  const { by, reason, at, requestId } = closing;
  return inTransaction(db, async (trx) => {
    const row = await trx
      .selectFrom('releases')
      .select(['view', 'release_order', 'workflow_id', 'started_at'])
      .where('id', '=', releaseId)
      .forUpdate() // a worker may be writing an end of its own
      .executeTakeFirst();
    if (!row) throw new GantryError('NOT_FOUND', { what: 'release', id: releaseId });
    const title = releaseTitle(row.view.components);
    const recorded = { title, state: row.view.state, isStarted: row.started_at !== null };
    const refusal = whyNotClosed({ ...recorded, order: row.release_order }, run);
    if (refusal) throw new GantryError(refusal.code, { ...refusal, release: title });
    const policy = (await currentPolicy(trx))?.policy;
    const person = by.person ?? by.id;
    const name = nameAmong(policy?.people ?? [], person);
    const view = closedView(row.view, { at, reason, by: person, name });
    const sentence = `${title} ended as ${stateWord(view.state)}: ${view.ended?.because ?? reason}`;
    const event = { at, actor: by, object: title, reason, ...(requestId === undefined ? {} : { requestId }) };
    const { left } = await recordBatch(
      trx,
      {
        releaseId,
        view,
        events: [
          {
            ...{ ...event, key: 'closed', action: 'release.closed' },
            sentence: `${title} was closed in the record: Temporal ${run.kind === 'missing' ? 'has no workflow of it' : 'has a workflow of something else under its id'}.`,
            facts: { state: row.view.state, entries: row.view.seq, engine: run.kind },
          },
          {
            ...{ ...event, key: 'closed/ended', action: 'release.ended', sentence },
            facts: { state: view.state, residue: view.residue },
          },
        ],
        closed: (await openRequestsOf(trx, releaseId)).map(({ id }) => ({
          ...{ requestId: id, state: 'withdrawn', at },
          because: view.ended?.because ?? reason,
        })),
        notices: [
          {
            ...{ occasion: 'ended', kind: 'ended', releaseId, sentence },
            to: toldOfClosing(view, policy?.organisation.onCall ?? []),
            ...(view.stage === undefined ? {} : { environment: view.stage }),
          },
        ],
        freed: await placesOf(trx, releaseId),
        workflow: { id: row.workflow_id, runId: 'record' },
      },
      mailDomain,
    );
    return { view, left };
  });
}

/** Environments that this very release holds or waits for: another one may have the same workflow id. */
async function placesOf(trx: Db, releaseId: string): Promise<string[]> {
  return (await environmentLocks(trx))
    .filter(({ holders, queue }) => [...holders, ...queue].some((one) => one.releaseId === releaseId))
    .map(({ environment }) => environment);
}
