import type { CalendarRule } from '../../../domain/calendar/model.ts';
import { isStricter } from '../../../domain/calendar/rule-change.ts';
import { ruleTitle } from '../../../domain/calendar/rule-words.ts';
import { inTransaction, type Db } from '../../database/open.ts';
import { GantryError } from '../../errors.ts';
import { newId } from '../../ids.ts';
import { appendEvents } from '../append.ts';
import { actorNamed } from '../person-names.ts';
import { concernedBy, currentLabels, openReleasesByStage } from './concerned.ts';
import { carryOverrides, voidOverrides } from './override-ends.ts';
import { raiseRevision } from './revision.ts';
import { addedSentence, changedSentence, liftedSentence } from './rule-sentences.ts';
import { ruleById, type RuleRecord } from './rules.ts';
import { addWakes, watchWorkflowId } from './wakes.ts';
import { noteChangedFreeze } from './warnings.ts';
import { ruleEvent, writeRule, type ChangeOrigin, type WrittenRule } from './write-rule.ts';

/** A rule as people write it through API and CLI; the record gives it the rest, and an id where it has none. */
export type NewRule = Omit<CalendarRule, 'id' | 'origin' | 'revision' | 'effectiveFrom'> & { id?: string };

type Changed = { sentence: string; before?: CalendarRule };

/**
 * Adds a window or freeze, or stops the line, and wakes the releases that it concerns. A freeze counts from `at` on. The
 * caller has checked the rule (`domain/calendar`). Throws CALENDAR_REASON_MISSING and CALENDAR_RULE_EXISTS.
 */
export async function addRule(db: Db, o: ChangeOrigin & { rule: NewRule }): Promise<RuleRecord> {
  const reason = reasonOf(o.reason ?? o.rule.reason);
  return inTransaction(db, async (trx) => {
    const calendarRevision = await raiseRevision(trx);
    const id = o.rule.id ?? newId(o.rule.kind === 'freeze' ? 'frz' : 'win');
    const before = await ruleById(trx, id);
    if (before && !before.retired)
      throw new GantryError('CALENDAR_RULE_EXISTS', { rule: id, origin: before.rule.origin });
    const rule: CalendarRule = {
      ...o.rule,
      id,
      origin: 'api',
      revision: (before?.rule.revision ?? 0) + 1,
      ...(o.rule.kind === 'freeze' ? { effectiveFrom: o.at } : {}),
    };
    const written: WrittenRule = { rule, change: 'added', origin: { ...o, reason }, calendarRevision };
    await apply(trx, written, { sentence: addedSentence(rule, await actorNamed(trx, o.by)) });
    return recorded(trx, id);
  });
}

/**
 * Puts another state in the place of a rule that was made here; one that says nothing new changes nothing. A freeze that
 * gets longer or harder voids its overrides; else they go on for the new revision. `expected` is the revision that the
 * caller saw. Throws NOT_FOUND, CALENDAR_RULE_OF_POLICY, STALE and CALENDAR_REASON_MISSING.
 */
export async function changeRule(
  db: Db,
  o: ChangeOrigin & { rule: NewRule & { id: string }; expected?: number },
): Promise<RuleRecord> {
  const reason = reasonOf(o.reason);
  return inTransaction(db, async (trx) => {
    const calendarRevision = await raiseRevision(trx);
    const before = await changeable(trx, o.rule, o.expected);
    const { revision, origin, effectiveFrom } = before.rule;
    const rule: CalendarRule = {
      ...o.rule,
      origin,
      revision: revision + 1,
      ...(effectiveFrom === undefined ? {} : { effectiveFrom }),
    };
    const written: WrittenRule = { rule, change: 'changed', origin: { ...o, reason }, calendarRevision };
    const sentence = changedSentence(before.rule, rule, await actorNamed(trx, o.by));
    await apply(trx, written, { sentence, before: before.rule });
    return recorded(trx, rule.id);
  });
}

/**
 * Ends a rule that was made here; ending it again changes nothing, and `isNew` is false. Lifting starts nothing: who waited is woken and judged
 * again. Throws NOT_FOUND, CALENDAR_RULE_OF_POLICY and CALENDAR_REASON_MISSING.
 */
export async function liftRule(
  db: Db,
  o: ChangeOrigin & { id: string; kind: CalendarRule['kind'] },
): Promise<{ record: RuleRecord; isNew: boolean }> {
  const reason = reasonOf(o.reason);
  return inTransaction(db, async (trx) => {
    const known = await ruleById(trx, o.id);
    if (known?.rule.kind === o.kind && known.rule.origin === 'api' && known.retired)
      return { record: known, isNew: false };
    const calendarRevision = await raiseRevision(trx);
    const before = await changeable(trx, o);
    const rule = { ...before.rule, revision: before.rule.revision + 1 };
    const written: WrittenRule = { rule, change: 'lifted', origin: { ...o, reason }, calendarRevision };
    await apply(trx, written, {
      sentence: liftedSentence(rule, await actorNamed(trx, o.by), reason),
      before: before.rule,
    });
    return { record: await recorded(trx, rule.id), isNew: true };
  });
}

/** The rule, its history, its overrides, the wakes and, last, the log. */
async function apply(trx: Db, written: WrittenRule, { sentence, before }: Changed): Promise<void> {
  const { rule, calendarRevision, origin, change } = written;
  await writeRule(trx, written);
  if (change !== 'lifted') await noteChangedFreeze(trx, rule, origin.at);
  const scopes = [rule.scope, ...(before ? [before.scope] : [])];
  const open = concernedBy(scopes, await openReleasesByStage(trx), await currentLabels(trx));
  const waiting = [...open, { workflowId: watchWorkflowId }];
  await addWakes(trx, { waiting, cause: sentence, revision: calendarRevision });
  await appendEvents(trx, null, [ruleEvent(written, sentence, before)]);
  if (before && change === 'changed') await settleOverrides(trx, before, rule, origin);
}

/** Overrides are for one revision: they end with it where the next is stricter, and are carried over where it is not. */
export async function settleOverrides(
  trx: Db,
  before: CalendarRule,
  after: CalendarRule,
  origin: ChangeOrigin,
): Promise<void> {
  if (after.kind !== 'freeze') return;
  if (isStricter(before, after)) await voidOverrides(trx, after, origin);
  else await carryOverrides(trx, after, origin.at);
}

async function changeable(
  trx: Db,
  rule: Pick<CalendarRule, 'id' | 'kind'>,
  expected?: number,
): Promise<RuleRecord> {
  const before = await ruleById(trx, rule.id);
  if (!before || before.retired || before.rule.kind !== rule.kind)
    throw new GantryError('NOT_FOUND', { what: rule.kind, id: rule.id });
  if (before.rule.origin === 'policy') throw new GantryError('CALENDAR_RULE_OF_POLICY', { rule: rule.id });
  if (expected !== undefined && expected !== before.rule.revision)
    throw new GantryError('STALE', {
      what: `The ${ruleTitle(rule)}`,
      detail: `it is at revision ${before.rule.revision}`,
    });
  return before;
}

function reasonOf(reason: string | undefined): string {
  const text = reason?.trim() ?? '';
  if (text === '') throw new GantryError('CALENDAR_REASON_MISSING');
  return text;
}

async function recorded(trx: Db, id: string): Promise<RuleRecord> {
  const record = await ruleById(trx, id);
  if (!record) throw new Error(`rule ${id} was written and is not there`);
  return record;
}
