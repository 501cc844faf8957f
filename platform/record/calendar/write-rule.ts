import type { CalendarRule } from '../../../domain/calendar/model.ts';
import type { NewEvent } from '../../../domain/release/events.ts';
import { ruleTitle } from '../../../domain/calendar/rule-words.ts';
import type { Actor } from '../../../domain/release/release.ts';
import type { Db } from '../../database/open.ts';
import type { RuleRevision } from './rules.ts';

/** Who changes the calendar, when and why, and the HTTP request that brought it. */
export interface ChangeOrigin {
  by: Actor;
  /** Account behind `by`, where it is known: the same for all tokens of one person, the built-in administrator included. */
  account?: string;
  /** Instant of the change. */
  at: string;
  reason?: string;
  requestId?: string;
}

/** The person who changes it, also where a token of theirs did; else the part of Gantry. */
export const whoOf = (by: Actor): string => by.person ?? by.id;

/** A rule as it is from now on; its revision is already the new one. */
export interface WrittenRule {
  rule: CalendarRule;
  change: RuleRevision['change'];
  origin: ChangeOrigin;
  /** Revision of the calendar as a whole that this change is part of. */
  calendarRevision: number;
}

/** Puts a rule into the calendar, or another state of it in its place, and keeps what it is in its history. */
export async function writeRule(trx: Db, written: WrittenRule): Promise<void> {
  const { rule, change, origin, calendarRevision } = written;
  const { at, by, reason } = origin;
  const body = JSON.stringify(rule);
  const isLifted = change === 'lifted';
  const state = {
    kind: rule.kind,
    origin: rule.origin,
    body,
    revision: rule.revision,
    effective_from: rule.effectiveFrom ?? at,
    owner: rule.owner ?? null,
    changed_by: whoOf(by),
    changed_at: at,
    retired_at: isLifted ? at : null,
    retired_by: isLifted ? whoOf(by) : null,
    retired_reason: isLifted ? (reason ?? null) : null,
  };
  const made = { created_by: whoOf(by), created_at: at };
  await trx
    .insertInto('calendar_rules')
    .values({ id: rule.id, ...state, ...made })
    // One that comes back after it was lifted is made anew.
    .onConflict((conflict) =>
      conflict.column('id').doUpdateSet(change === 'added' ? { ...state, ...made } : state),
    )
    .execute();
  await trx
    .insertInto('calendar_rule_revisions')
    .values({
      rule_id: rule.id,
      revision: rule.revision,
      body,
      change,
      reason: reason ?? null,
      by_id: whoOf(by),
      at,
      calendar_revision: calendarRevision,
    })
    .execute();
}

const actions = {
  added: 'calendar.ruleAdded',
  changed: 'calendar.ruleChanged',
  lifted: 'calendar.ruleLifted',
} as const;

/** The log's entry of a change; `before` is what the rule was. */
export function ruleEvent(written: WrittenRule, sentence: string, before?: CalendarRule): NewEvent {
  const { rule, change, origin, calendarRevision } = written;
  return {
    key: `calendar/rule/${rule.id}/${rule.revision}`,
    at: origin.at,
    actor: origin.by,
    action: change === 'added' && rule.stopTheLine ? 'calendar.lineStopped' : actions[change],
    object: ruleTitle(rule),
    sentence,
    ...(origin.reason === undefined ? {} : { reason: origin.reason }),
    ...(origin.requestId === undefined ? {} : { requestId: origin.requestId }),
    facts: { rule, calendarRevision, ...(before ? { before } : {}) },
  };
}
