import type { NewEvent } from '../release/events.ts';
import type { TerminalState } from '../release/state.ts';

/** Everything that a webhook may be told, by name (ux §10). Published names are never reused. */
export const webhookTypes = [
  'release.planned',
  'release.started',
  'release.waiting',
  'release.released',
  'release.rolled-back',
  'release.rejected',
  'release.expired',
  'release.cancelled',
  'release.failed',
  'release.needs-person',
  'approval.requested',
  'approval.decided',
  'watch.regressed',
  'watch.inconclusive',
  'watch.healthy',
  'incident.opened',
  'incident.attributed',
  'incident.closed',
] as const;
export type WebhookType = (typeof webhookTypes)[number];

const ofEnd: Record<TerminalState, WebhookType> = {
  succeeded: 'release.released',
  rolledBack: 'release.rolled-back',
  rejected: 'release.rejected',
  expired: 'release.expired',
  cancelled: 'release.cancelled',
  superseded: 'release.cancelled',
  aborted: 'release.cancelled',
  failed: 'release.failed',
};

const ofAction: Partial<Record<NewEvent['action'], WebhookType>> = {
  'release.started': 'release.started',
  'release.planned': 'release.planned',
  'release.waiting': 'release.waiting',
  'release.stuck': 'release.needs-person',
  'release.stillStuck': 'release.needs-person',
  'release.stalled': 'release.needs-person',
  'approval.requested': 'approval.requested',
  'decision.counted': 'approval.decided',
  'watch.regressed': 'watch.regressed',
  'watch.inconclusive': 'watch.inconclusive',
  'watch.recovered': 'watch.healthy',
  'incident.opened': 'incident.opened',
  'incident.attributed': 'incident.attributed',
  'incident.closed': 'incident.closed',
};

/** The type under which webhooks are told of an event; undefined where they are not. */
export function webhookTypeOf({
  action,
  facts,
}: Pick<NewEvent, 'action' | 'facts'>): WebhookType | undefined {
  if (action !== 'release.ended') return ofAction[action];
  const state = facts?.['state'];
  return typeof state === 'string' && Object.hasOwn(ofEnd, state) ? ofEnd[state as TerminalState] : undefined;
}
