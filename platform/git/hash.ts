import { GantryError } from '../errors.ts';

const FULL_HASH = /^([0-9a-f]{40}|[0-9a-f]{64})$/;
const SHORT_HASH = /^[0-9a-f]{7,64}$/;

/** Whether it is all of a commit's hash, and no short form of it. */
export const isFullHash = (commit: string): boolean => FULL_HASH.test(commit);

/** Whether it may be a commit's hash, or the beginning of one. */
export const isHash = (text: string): boolean => SHORT_HASH.test(text);

/** @throws GantryError COMMIT_UNKNOWN for what Git could take for something else than a commit. */
export function assertHash(commit: string): void {
  if (!isFullHash(commit)) throw new GantryError('COMMIT_UNKNOWN', { ref: commit });
}
