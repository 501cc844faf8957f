import { GantryError } from '../../platform/errors.ts';
import { sha256 } from '../../platform/ids.ts';
import type { KeyedRequest } from '../../platform/record/idempotency.ts';
import type { Call } from './route.ts';

const shape = /^[\x21-\x7e]{1,128}$/;

/** The key that came with a request, if one did. @throws REQUEST_INVALID for one that is no key */
export function givenKey(req: { get: (name: string) => string | undefined }): string | undefined {
  const key = req.get('idempotency-key');
  if (key !== undefined && !shape.test(key))
    throw new GantryError('REQUEST_INVALID', {
      detail: 'Idempotency-Key must be 1 to 128 visible ASCII characters',
    });
  return key;
}

/**
 * Key and fingerprint of a request that creates something. An id of the caller's own does as well as the header (ux §2.3).
 * @throws IDEMPOTENCY_KEY_MISSING
 */
export function keyedRequest(
  call: Pick<Call<unknown, unknown, unknown>, 'req' | 'body' | 'caller'>,
  ownId?: string,
): KeyedRequest {
  const key = ownId === undefined ? givenKey(call.req) : `id:${ownId}`;
  if (key === undefined) throw new GantryError('IDEMPOTENCY_KEY_MISSING');
  // Of the parsed body, so that spaces and the order of fields that the schema knows make no difference.
  const fingerprint = sha256(`${call.req.method} ${call.req.path}\n${JSON.stringify(call.body)}`);
  return { actor: call.caller.actor.id, key, fingerprint };
}

/** Header that marks an answer as given before. */
export const replayHeader = (replayed: boolean): Record<string, string> =>
  replayed ? { 'Idempotent-Replayed': 'true' } : {};
