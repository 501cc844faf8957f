import type { Actor } from './release.ts';

/** Everything that is written to the log, by name. Published names are never reused. */
export type EventAction =
  | 'release.created'
  | 'release.planned'
  | 'release.waiting'
  | 'release.started'
  | 'stage.started'
  | 'stage.finished'
  | 'check.started'
  | 'check.finished'
  | 'check.retried'
  | 'gates.evaluated'
  | 'risk.assessed'
  | 'approval.requested'
  | 'approval.closed'
  | 'approval.reminded'
  | 'approval.escalated'
  | 'absence.added'
  | 'absence.ended'
  | 'code.sent'
  | 'code.spent'
  | 'decision.received'
  | 'decision.counted'
  | 'decision.refused'
  | 'withdrawal.received'
  | 'decision.withdrawn'
  | 'notice.sent'
  | 'notice.failed'
  | 'lock.requested'
  | 'lock.granted'
  | 'lock.released'
  | 'door.passed'
  | 'door.shut'
  | 'step.started'
  | 'step.finished'
  | 'step.failed'
  | 'analysis.finished'
  | 'soak.started'
  | 'soak.finished'
  | 'hold.set'
  | 'hold.lifted'
  | 'command.received'
  | 'signal.refused'
  | 'compensation.started'
  | 'compensation.finished'
  | 'compensation.failed'
  | 'release.stuck'
  | 'release.ended'
  | 'policy.applied'
  | 'policy.refused'
  | 'service.adopted'
  | 'token.created'
  | 'token.revoked'
  | 'signin.created'
  | 'signin.used'
  | 'signin.oidc'
  | 'identity.forgotten'
  | 'calendar.ruleAdded'
  | 'calendar.ruleChanged'
  | 'calendar.ruleLifted'
  | 'calendar.lineStopped'
  | 'calendar.changed'
  | 'override.given'
  | 'override.seconded'
  | 'override.revoked'
  | 'override.voided'
  | 'reservation.made'
  | 'reservation.released'
  | 'schedule.planned'
  | 'dependency.met'
  | 'dependency.failed'
  | 'dependency.dropped'
  | 'milestone.planned'
  | 'milestone.met'
  | 'milestone.missed'
  | 'milestone.slipped'
  | 'train.departed'
  | 'train.skipped'
  | 'train.delayed'
  | 'train.held'
  | 'train.resumed'
  | 'train.boarded'
  | 'train.leftBehind'
  | 'feed.created'
  | 'feed.revoked'
  | 'freeze.warned'
  | 'quarantine.set'
  | 'quarantine.liftAgreed'
  | 'quarantine.lifted'
  | 'quarantine.met'
  | 'check.waived'
  | 'check.sampled'
  | 'rehearsal.started'
  | 'rehearsal.finished'
  | 'backup.made'
  | 'backup.restored';

/**
 * One event as its author hands it over. `key` makes writing it twice harmless: unique within its release, or within the
 * installation where there is none. `facts` holds integers, strings, booleans, lists and objects of these; decimals are strings.
 */
export interface NewEvent {
  key: string;
  at: string;
  actor: Actor;
  action: EventAction;
  /** What it is about: `shop@1.4.0`, `production`, `check unit`. */
  object: string;
  /** One sentence for the timeline. */
  sentence: string;
  reason?: string;
  facts?: Record<string, unknown>;
  requestId?: string;
}
