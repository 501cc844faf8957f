import type { Transaction } from 'kysely';
import { firstView } from '../domain/release/first-view.ts';
import {
  releaseTitle,
  type Actor,
  type Component,
  type ReleaseOrder,
  type ReleaseView,
} from '../domain/release/release.ts';
import type { Intent } from '../domain/release/state.ts';
import type { Database } from '../platform/database/schema.ts';
import { GantryError, messageOf } from '../platform/errors.ts';
import { newId } from '../platform/ids.ts';
import { once, type KeyedRequest } from '../platform/record/idempotency.ts';
import { currentPolicy, type StoredPolicy } from '../platform/record/policies.ts';
import { attemptsOf, insertRelease, readOrder, readRelease } from '../platform/record/releases.ts';
import { releaseWorkflowId } from '../workflows/contract.ts';
import { admit } from './admit.ts';
import { nowOf, type ApiDeps } from './deps.ts';
import { saying } from './saying.ts';
import { startRelease } from './start-release.ts';

/** What somebody asks for. */
export interface CreateOrder {
  /** The caller's own id for the release. */
  id?: string;
  components: Component[];
  intent: Intent;
  to?: string;
  reason?: string;
  by: Actor;
  requestId?: string;
}

/**
 * Records a release and starts it. Once it is recorded it will run: if Temporal is away, the relay starts it later.
 * @throws POLICY_NONE, RELEASE_OPEN, the problems of `admitRelease` and those of the idempotency key.
 */
export async function createRelease(
  deps: ApiDeps,
  wanted: CreateOrder,
  keyed: KeyedRequest,
): Promise<{ view: ReleaseView; replayed: boolean }> {
  const now = nowOf(deps);
  const { answer, replayed } = await once(deps.store.db, keyed, now, async (trx) => {
    const view = await recordRelease(deps, trx, wanted, now);
    return { status: 202, location: `/v1/releases/${view.id}`, body: { id: view.id } };
  });
  const { id } = answer.body as { id: string };
  if (!replayed) await tryToStart(deps, id);
  const view = await readRelease(deps.store.db, id);
  if (!view) throw new Error(`release ${id} was recorded and is not there`);
  return { view, replayed };
}

async function recordRelease(
  deps: ApiDeps,
  trx: Transaction<Database>,
  wanted: CreateOrder,
  now: Date,
): Promise<ReleaseView> {
  const policy = await currentPolicy(trx);
  if (!policy) throw new GantryError('POLICY_NONE');
  const { attempts, open } = await attemptsOf(trx, wanted.components);
  if (open) throw alreadyOpen(open, deps.config.publicUrl);
  await admit(trx, policy.policy, wanted);
  if (wanted.id !== undefined && (await readRelease(trx, wanted.id)))
    throw new GantryError('IDEMPOTENCY_KEY_REUSED', { key: wanted.id });
  const order = orderOf(wanted, policy, attempts + 1, now);
  const workflowId = releaseWorkflowId(order);
  const view = firstView(order, policy.policy, workflowId);
  const title = releaseTitle(order.components);
  await insertRelease(trx, {
    order,
    view,
    workflowId,
    event: {
      key: 'created',
      at: order.createdAt,
      actor: wanted.by,
      action: 'release.created',
      object: order.components.map(({ service, version }) => `${service}@${version}`).join(', '),
      sentence: `${title} was asked for by ${wanted.by.person ?? wanted.by.id}.`,
      ...(wanted.reason === undefined ? {} : { reason: wanted.reason }),
      ...(wanted.requestId === undefined ? {} : { requestId: wanted.requestId }),
      facts: { attempt: order.attempt, intent: order.intent, policyDigest: order.policyDigest },
    },
  });
  return view;
}

const orderOf = (wanted: CreateOrder, policy: StoredPolicy, attempt: number, now: Date): ReleaseOrder => ({
  releaseId: wanted.id ?? newId('rel'),
  attempt,
  components: wanted.components,
  intent: wanted.intent,
  ...(wanted.to === undefined ? {} : { to: wanted.to }),
  requestedBy: wanted.by,
  ...(wanted.reason === undefined ? {} : { reason: wanted.reason }),
  createdAt: now.toISOString(),
  policyDigest: policy.digest,
  readsGit: policy.policy.services.some(
    ({ id, source }) => source !== undefined && wanted.components.some(({ service }) => service === id),
  ),
});

function alreadyOpen(open: ReleaseView, publicUrl: string): GantryError {
  const title = releaseTitle(open.components);
  return saying(new GantryError('RELEASE_OPEN', { title, id: open.id }), {
    detail: `${title} is being released already: ${open.headline} See ${publicUrl}/releases/${open.id}`,
  });
}

async function tryToStart(deps: ApiDeps, id: string): Promise<void> {
  const recorded = await readOrder(deps.store.db, id);
  if (!recorded) return;
  try {
    await startRelease(deps, recorded.order, recorded.workflowId);
  } catch (error) {
    // It is recorded, so it is accepted: the relay starts it as soon as Temporal answers.
    deps.log.warn({ releaseId: id, cause: messageOf(error) }, 'the release is recorded and not started yet');
  }
}
