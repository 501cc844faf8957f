import type { ReleaseView } from '../domain/release/release.ts';
import { messageOf } from '../platform/errors.ts';
import { once, type KeyedRequest } from '../platform/record/idempotency.ts';
import { orderRelease, type CreateOrder, type Ordered } from '../platform/record/order-release.ts';
import { readOrder, readRelease } from '../platform/record/releases.ts';
import { nowOf, type ApiDeps } from './deps.ts';
import { isDisagreement, startRelease } from './start-release.ts';

/**
 * Records a release and starts it. Once it is recorded it will run: if Temporal is away, the relay starts it later.
 * ENGINE_DISAGREES where Temporal has a run of something else under its workflow id: it is recorded then, and starts nothing until a person acts.
 * @throws POLICY_NONE, RELEASE_OPEN, the problems of `admitRelease` and those of the idempotency key.
 */
export async function createRelease(
  deps: ApiDeps,
  wanted: CreateOrder,
  keyed: KeyedRequest,
): Promise<{ view: ReleaseView; replayed: boolean }> {
  deps.mailExpected?.(); // most releases ask somebody
  const now = nowOf(deps);
  let made: Ordered | undefined;
  const { answer, replayed } = await once(deps.store.db, keyed, now, async (trx) => {
    const { view } = (made = await orderRelease(trx, wanted, { now, publicUrl: deps.config.publicUrl }));
    return { status: 202, location: `/v1/releases/${view.id}`, body: { id: view.id } };
  });
  const { id } = answer.body as { id: string };
  if (made && !replayed) {
    await tryToStart(deps, made);
    return { view: made.view, replayed };
  }
  const view = await readRelease(deps.store.db, id);
  if (!view) throw new Error(`release ${id} was recorded and is not there`);
  const recorded = view.ended ? undefined : await readOrder(deps.store.db, id);
  // whoever asks again hears what stands in its way, and not that all is well
  if (recorded?.started === false) await tryToStart(deps, { order: recorded.order, view });
  return { view, replayed };
}

async function tryToStart(deps: ApiDeps, { order, view }: Ordered): Promise<void> {
  try {
    await startRelease(deps, order, view);
  } catch (error) {
    if (isDisagreement(error)) {
      error.problem.changed = true; // it is recorded, as the detail says
      throw error;
    }
    // It is recorded, so it is accepted: the relay starts it as soon as Temporal answers.
    deps.log.warn(
      { releaseId: view.id, cause: messageOf(error) },
      'the release is recorded and not started yet',
    );
  }
}
