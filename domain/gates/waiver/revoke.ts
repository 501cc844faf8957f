import type { StageView } from '../../release/release.ts';
import { whyNotGranter, whyTooShort, type Granter } from './evaluate.ts';

/** What ended a waiver before its time. */
export interface Revocation {
  by: string;
  at: string;
  reason: string;
}

/** Who takes back a waiver of which check, and whether one is in force. */
export interface RevocationOrder extends Granter {
  check: string;
  environment: string;
  isWaived: boolean;
  reason: string;
}

/** Why a waiver may not be taken back: one sentence with what to do instead; undefined where it may. Only who may give one may. */
export function whyNotRevocable(order: RevocationOrder): string | undefined {
  if (!order.isWaived)
    return `No waiver of check ${order.check} is in force for ${order.environment}, so there is nothing to take back.`;
  return whyNotGranter(order) ?? whyTooShort(order.reason);
}

/** Whether the gates of a stage have been passed for good: what has started goes on, whatever becomes of a waiver. */
export const isPastGates = ({ state }: Pick<StageView, 'state'>): boolean =>
  !['pending', 'verifying', 'gating', 'ready'].includes(state);
