import type { StageView } from '../../release/release.ts';
import { whyNotGranter, whyTooShort, type Granter, type Waiver } from './evaluate.ts';

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

/**
 * Waivers with what ended each before its time. One is in force for a check at a time: what takes it back ends those that it had taken the
 * place of, too, which earlier versions left standing; a later one is another.
 * @param revocations by the id of the waiver that was in force
 */
export function withRevocations<W extends Waiver>(
  waivers: readonly W[],
  revocations: ReadonlyMap<string, Revocation>,
): W[] {
  const keyOf = ({ environment, service, check, build }: Waiver): string =>
    JSON.stringify([environment, service, check, build]);
  return waivers.map((waiver) => {
    const ends = waivers.flatMap((other) => {
      const revoked = revocations.get(other.id);
      const isLater = Date.parse(other.at) >= Date.parse(waiver.at);
      return revoked && isLater && keyOf(other) === keyOf(waiver) ? [revoked] : [];
    });
    const [first] = ends.sort((a, b) => Date.parse(a.at) - Date.parse(b.at));
    const revoked = revocations.get(waiver.id) ?? first;
    return revoked ? { ...waiver, revoked } : waiver;
  });
}
