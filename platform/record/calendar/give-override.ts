import { ruleTitle } from '../../../domain/calendar/rule-words.ts';
import { instantText } from '../../../domain/instant-text.ts';
import type { NewEvent } from '../../../domain/release/events.ts';
import { releaseTitle } from '../../../domain/release/release.ts';
import { inTransaction, type Db } from '../../database/open.ts';
import { GantryError } from '../../errors.ts';
import { newId } from '../../ids.ts';
import { appendEvents } from '../append.ts';
import { currentLabels, isConcerned, openReleaseById } from './concerned.ts';
import { overrideOf, storedOverrides, type OverrideRecord, type OverrideRow } from './overrides.ts';
import { raiseRevision } from './revision.ts';
import { ruleById } from './rules.ts';
import { addWakes } from './wakes.ts';
import { actorNamed, personNames } from '../person-names.ts';
import { whoOf, type ChangeOrigin } from './write-rule.ts';

/** Whoever it comes from: two tokens of one account are one person. */
const giverOf = (o: ChangeOrigin): string => o.account ?? whoOf(o.by);

const longestMs = 24 * 3_600_000;
const shortestReason = 10;

/** An override as a person gives it; `revision` is the state of the freeze that the person saw. */
export interface NewOverride extends ChangeOrigin {
  freezeId: string;
  revision?: number;
  releaseId: string;
  environment: string;
  reason: string;
  expiresAt: string;
  team?: string;
  /** The budget is spent: it counts only when {@link secondOverride} was called by somebody else. */
  needsSecond?: boolean;
  /** One that stands and ends earlier is known: this one goes on where that ends. Left out, the one that stands is the answer. */
  isLonger?: boolean;
}

/** An override, and whether it stood before it was asked for. */
export type GivenOverride = OverrideRecord & { isAlreadyGiven: boolean };

/**
 * Lets one release pass one revision of one freeze in one environment until it runs out (semantics §1.5), and wakes it.
 * Asked again while such an override stands, it answers with that one: a second one would open nothing, and take of the budget. One that
 * waits for a second person stands only in the way of such as would wait as well.
 * Throws NOT_FOUND, RELEASE_ENDED, STALE and OVERRIDE_INVALID.
 */
export async function giveOverride(db: Db, o: NewOverride): Promise<GivenOverride> {
  const reason = checkedReason(o);
  checkExpiry(o);
  return inTransaction(db, async (trx) => {
    const revision = await raiseRevision(trx);
    const { freeze, workflowId, title } = await overridable(trx, o);
    const standing = await standingOverride(trx, o, freeze.revision);
    if (standing) return { ...overrideOf(standing, o.at), isAlreadyGiven: true };
    const id = newId('ovr');
    const row = await trx
      .insertInto('overrides')
      .values({
        id,
        freeze_id: freeze.id,
        revision: freeze.revision,
        release_id: o.releaseId,
        environment: o.environment,
        by_id: giverOf(o),
        team: o.team ?? null,
        reason,
        given_at: o.at,
        expires_at: o.expiresAt,
        needs_second: o.needsSecond ?? false,
      })
      .returningAll()
      .executeTakeFirstOrThrow();
    const until = instantText(o.expiresAt);
    const who = await actorNamed(trx, o.by);
    const sentence = o.needsSecond
      ? `${who} asked to pass ${ruleTitle(freeze)} in ${o.environment} until ${until}; a release manager has to agree.`
      : `${who} lets ${title} pass ${ruleTitle(freeze)} in ${o.environment} until ${until}.`;
    await addWakes(trx, { waiting: [{ workflowId, releaseId: o.releaseId }], cause: sentence, revision });
    await appendEvents(trx, o.releaseId, [overrideEvent(row, 'override.given', 'given', o, sentence)]);
    return { ...overrideOf(row, o.at), isAlreadyGiven: false };
  });
}

/** A second person agrees to an override beyond the budget. Throws NOT_FOUND, and OVERRIDE_INVALID for who gave it. */
export async function secondOverride(db: Db, o: ChangeOrigin & { id: string }): Promise<OverrideRecord> {
  return inTransaction(db, async (trx) => {
    const revision = await raiseRevision(trx);
    const row = await overrideRow(trx, o.id);
    const { state } = overrideOf(row, o.at);
    if (state === 'live' && row.seconded_at !== null) return overrideOf(row, o.at);
    const notAgreed = (detail: string, remedy: string): GantryError =>
      new GantryError('OVERRIDE_INVALID', { freeze: row.freeze_id, asked: row.id, detail, remedy });
    if (state !== 'unseconded')
      throw notAgreed(`${nothingToAgreeTo[state]}, so there is nothing to agree to`, afterwards);
    if (row.by_id === giverOf(o))
      throw notAgreed(
        'you asked for it yourself',
        `Ask somebody else who may agree to run \`gantry override second ${row.id}\`: they have been told by mail. Until then it opens nothing.`,
      );
    const agreed = await trx
      .updateTable('overrides')
      .set({ seconded_by: giverOf(o), seconded_at: o.at })
      .where('id', '=', o.id)
      .returningAll()
      .executeTakeFirstOrThrow();
    const sentence = `${await actorNamed(trx, o.by)} agreed that "${row.freeze_id}" is passed in ${row.environment}, as ${(await personNames(trx))(row.by_id)} asked.`;
    await tellRelease(trx, agreed, revision, sentence);
    await appendEvents(trx, row.release_id, [
      overrideEvent(agreed, 'override.seconded', 'seconded', o, sentence),
    ]);
    return overrideOf(agreed, o.at);
  });
}

const nothingToAgreeTo: Record<Exclude<OverrideRecord['state'], 'unseconded'>, string> = {
  live: 'it needs nobody else and lets its release pass already',
  expired: 'its time is over',
  revoked: 'it was taken back',
  voided: 'the freeze was changed since, which made it void',
  releaseEnded: 'its release has ended',
};

const afterwards =
  '`gantry override list` shows how each stands; where one is still needed, ask for it anew.';

/** Ends an override before its time; ending it again changes nothing. Throws NOT_FOUND and CALENDAR_REASON_MISSING. */
export async function revokeOverride(db: Db, o: ChangeOrigin & { id: string }): Promise<OverrideRecord> {
  const reason = o.reason?.trim() ?? '';
  if (reason === '') throw new GantryError('CALENDAR_REASON_MISSING');
  return inTransaction(db, async (trx) => {
    const revision = await raiseRevision(trx);
    const row = await overrideRow(trx, o.id);
    const { state } = overrideOf(row, o.at);
    if (state !== 'live' && state !== 'unseconded') return overrideOf(row, o.at);
    const ended = await trx
      .updateTable('overrides')
      .set({ revoked_at: o.at, revoked_by: whoOf(o.by), revoked_reason: reason })
      .where('id', '=', o.id)
      .returningAll()
      .executeTakeFirstOrThrow();
    const sentence = `${await actorNamed(trx, o.by)} took the override of "${row.freeze_id}" in ${row.environment} back.`;
    await tellRelease(trx, ended, revision, sentence);
    await appendEvents(trx, row.release_id, [
      overrideEvent(ended, 'override.revoked', 'revoked', { ...o, reason }, sentence),
    ]);
    return overrideOf(ended, o.at);
  });
}

async function tellRelease(trx: Db, row: OverrideRow, revision: number, cause: string): Promise<void> {
  const release = await openReleaseById(trx, row.release_id);
  if (release) await addWakes(trx, { waiting: [release], cause, revision });
}

async function overrideRow(trx: Db, id: string): Promise<OverrideRow> {
  const row = await storedOverrides(trx).where('overrides.id', '=', id).executeTakeFirst();
  if (!row) throw new GantryError('NOT_FOUND', { what: 'override', id });
  return row;
}

/**
 * The one that stands when somebody asks again, the same person or another: the one that lasts longest, so that who reads its end is
 * told the whole of it. One that waits for a second person opens nothing: it is the answer only where nothing better would come of
 * asking, as the asker would need a second person as well, and another one would wait beside it.
 */
async function standingOverride(trx: Db, o: NewOverride, revision: number): Promise<OverrideRow | undefined> {
  const rows = await trx
    .selectFrom('overrides')
    .selectAll()
    .where('freeze_id', '=', o.freezeId)
    .where('revision', '=', revision)
    .where('release_id', '=', o.releaseId)
    .where('environment', '=', o.environment)
    .where('expires_at', '>', new Date(o.at))
    .where('revoked_at', 'is', null)
    .where('voided_at', 'is', null)
    .orderBy('expires_at', 'desc')
    .orderBy('given_at')
    .execute();
  const longest = (state: 'live' | 'unseconded') => rows.find((row) => overrideOf(row, o.at).state === state);
  const live = longest('live');
  if (live && (o.isLonger !== true || live.expires_at >= new Date(o.expiresAt))) return live;
  return o.needsSecond === true ? longest('unseconded') : undefined;
}

/** The freeze or window, and the release, where the one stands in the way of the other. */
async function overridable(trx: Db, o: NewOverride) {
  const known = await ruleById(trx, o.freezeId);
  if (!known || known.retired) throw new GantryError('NOT_FOUND', { what: 'freeze', id: o.freezeId });
  const freeze = known.rule;
  if (o.revision !== undefined && o.revision !== freeze.revision)
    throw new GantryError('STALE', { detail: `${ruleTitle(freeze)} is at revision ${freeze.revision} now` });
  const release = await openReleaseById(trx, o.releaseId);
  if (!release) throw invalid(freeze.id, 'the release has ended, or is not known');
  const here = { ...release, environments: [o.environment] };
  if (release.environments && !release.environments.includes(o.environment))
    throw invalid(freeze.id, `the release does not go to ${o.environment} any more`);
  if (!isConcerned(freeze.scope, here, await currentLabels(trx)))
    throw invalid(freeze.id, `it does not concern this release in ${o.environment}`);
  return { freeze, workflowId: release.workflowId, title: releaseTitle(release.components) };
}

function checkedReason({ reason, freezeId }: NewOverride): string {
  const text = reason.trim();
  if (text.length >= shortestReason) return text;
  throw invalid(freezeId, `the reason has ${text.length} characters, and needs ${shortestReason}`);
}

function checkExpiry({ expiresAt, at, freezeId }: NewOverride): void {
  const lastsMs = Date.parse(expiresAt) - Date.parse(at);
  if (!(lastsMs > 0)) throw invalid(freezeId, 'it would be over already');
  if (lastsMs > longestMs) throw invalid(freezeId, 'it would last longer than 24 hours');
}

const invalid = (freeze: string, detail: string): GantryError =>
  new GantryError('OVERRIDE_INVALID', { freeze, detail });

function overrideEvent(
  row: OverrideRow,
  action: NewEvent['action'],
  key: string,
  origin: ChangeOrigin,
  sentence: string,
): NewEvent {
  return {
    key: `override/${row.id}/${key}`,
    at: origin.at,
    actor: origin.by,
    action,
    object: `freeze ${row.freeze_id}`,
    sentence,
    ...(origin.reason === undefined ? {} : { reason: origin.reason }),
    ...(origin.requestId === undefined ? {} : { requestId: origin.requestId }),
    facts: {
      overrideId: row.id,
      freezeId: row.freeze_id,
      revision: row.revision,
      environment: row.environment,
      expiresAt: row.expires_at.toISOString(),
      ...(row.team === null ? {} : { team: row.team }),
    },
  };
}
