import type { Db } from '../database/open.ts';
import { GantryError } from '../errors.ts';
import { policyByDigest, type StoredPolicy } from './policies.ts';

/** The document of a digest never changes; the folder that its paths start from may, when it is applied again from elsewhere. */
const keptMs = 10_000;

interface Kept {
  policy: StoredPolicy;
  until: number;
}

const memory = new WeakMap<Db, Map<string, Kept>>();

/**
 * A policy by its digest as of at most ten seconds ago: for effects, which all ask for the same one within moments.
 * Who may vote is judged by {@link policyByDigest}, which asks each time, because who edited a policy last counts there.
 * Throws POLICY_NOT_FOUND where nobody ever applied it here.
 */
export async function rememberedPolicy(db: Db, digest: string): Promise<StoredPolicy> {
  const kept = memory.get(db) ?? new Map<string, Kept>();
  memory.set(db, kept);
  const known = kept.get(digest);
  if (known && known.until > Date.now()) return known.policy;
  for (const [other, { until }] of kept) if (until <= Date.now()) kept.delete(other);
  const policy = await policyByDigest(db, digest);
  if (!policy) throw new GantryError('POLICY_NOT_FOUND', { detail: `digest ${digest}` });
  kept.set(digest, { policy, until: Date.now() + keptMs });
  return policy;
}
