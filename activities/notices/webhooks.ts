import { afterTry, type Received } from '../../domain/webhooks/retry.ts';
import type { Policy } from '../../domain/policy/policy.schema.ts';
import { inTransaction } from '../../platform/database/open.ts';
import { messageOf } from '../../platform/errors.ts';
import { namedTarget, type Outgoing } from '../../platform/outgoing.ts';
import { appendEvents } from '../../platform/record/append.ts';
import { currentPolicy } from '../../platform/record/policies.ts';
import {
  addressGone,
  claimMessages,
  messageFailed,
  messageSent,
  type DueMessage,
} from '../../platform/record/webhooks.ts';
import { resolveSecrets } from '../../platform/secret-values.ts';
import { webhookHeaders } from '../../platform/webhook-signature.ts';
import type { NoticeDeps } from './send.ts';

export interface WebhookDeps extends Pick<NoticeDeps, 'store' | 'log'> {
  config: { publicUrl: string };
  outgoing: Outgoing;
}

type Tried = Received & { because: string };

/** Posts every message to webhooks that is due now, once; answers how many were tried. */
export async function postDue(deps: WebhookDeps, limit: number): Promise<number> {
  const due = await claimMessages(deps.store.db, limit);
  if (due.length === 0) return 0;
  const policy = (await currentPolicy(deps.store.db))?.policy;
  await Promise.all(due.map(async (one) => settle(deps, one, await tryToPost(deps, policy, one))));
  return due.length;
}

/** The message as it goes out: the same bytes at every try. */
export const bodyOf = ({ type, at, data, releaseId }: DueMessage, publicUrl: string): string =>
  JSON.stringify({
    type,
    timestamp: at,
    data: { ...data, ...(releaseId === undefined ? {} : { url: `${publicUrl}/releases/${releaseId}` }) },
  });

async function tryToPost(
  { outgoing, config }: WebhookDeps,
  policy: Policy | undefined,
  message: DueMessage,
): Promise<Tried | 'unwanted'> {
  const hook = policy?.organisation.webhooks?.find(({ url }) => url === message.url);
  if (!hook) return 'unwanted';
  try {
    const { secret } = resolveSecrets({ secret: hook.secret }).texts;
    const body = bodyOf(message, config.publicUrl);
    const answer = await outgoing({
      url: hook.url,
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        'user-agent': 'gantry',
        ...webhookHeaders(secret ?? '', { id: message.id, body, at: new Date() }),
      },
      body,
      allow: namedTarget(hook.url),
    });
    const after = Number(answer.headers.get('retry-after') ?? Number.NaN);
    return {
      status: answer.status,
      ...(Number.isFinite(after) && after > 0 ? { retryAfterSeconds: after } : {}),
      because: `it answered with ${answer.status}`,
    };
  } catch (error) {
    return { because: messageOf(error) };
  }
}

/** A crash before this posts the message again, with the same webhook-id: the receiver knows it by that. */
async function settle(
  { store: { db }, log }: WebhookDeps,
  message: DueMessage,
  tried: Tried | 'unwanted',
): Promise<void> {
  if (tried === 'unwanted') {
    await messageFailed(db, message, 'the policy in force no longer names this address', undefined);
    return;
  }
  const after = afterTry(tried, message.tries);
  const { id, url, type } = message;
  if (after.kind === 'sent') {
    await messageSent(db, message);
    return;
  }
  log.warn({ id, host: new URL(url).host, type, because: tried.because }, 'a webhook was not told');
  if (after.kind === 'retry') {
    await messageFailed(db, message, tried.because, after.inMs);
    return;
  }
  const at = new Date().toISOString();
  await inTransaction(db, async (trx) => {
    if (after.kind === 'gone') await addressGone(trx, url, at);
    await messageFailed(trx, message, tried.because, undefined);
    const { host } = new URL(url);
    await appendEvents(trx, message.releaseId ?? null, [
      {
        key: `webhook/${id}/${host}/failed`,
        at,
        actor: { id: 'gantry', kind: 'system' },
        action: 'webhook.failed',
        object: host,
        sentence:
          after.kind === 'gone'
            ? `The webhook at ${host} wants no more messages; apply another policy to begin again.`
            : `The webhook at ${host} could not be told of ${type}: ${tried.because}`,
        facts: { type, message: id },
      },
    ]);
  });
}
