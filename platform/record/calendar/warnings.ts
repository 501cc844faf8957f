import { sql } from 'kysely';
import type { NoticeInput } from '../../../activities/contract.ts';
import type { CalendarRule } from '../../../domain/calendar/model.ts';
import { horizonMs, inScope, intervalsOf, type Target } from '../../../domain/calendar/open.ts';
import { ruleTitle } from '../../../domain/calendar/rule-words.ts';
import { leadsOf, longestLeadMs, meets, plannedInterval } from '../../../domain/calendar/warnings.ts';
import type { Interval } from '../../../domain/calendar/intervals.ts';
import { instantText } from '../../../domain/instant-text.ts';
import { hasStarted } from '../../../domain/release/stage-started.ts';
import type { Actor } from '../../../domain/release/release.ts';
import { inTransaction, type Db } from '../../database/open.ts';
import { appendEvents } from '../append.ts';
import { orderNotices } from '../notices.ts';
import { currentLabels, type Labels } from './concerned.ts';
import { rulesInForce } from './rules.ts';
import { schedulesBetween, type DatedRelease } from './schedules.ts';

/** A warning of a freeze that meets a release: once for each revision of the freeze and each lead, such as `7d` or `made`. */
interface FreezeWarning {
  releaseId: string;
  environment: string;
  freezeId: string;
  revision: number;
  /** `made`, or a lead with the instant at which the freeze begins: `24h/2026-12-18T17:00:00.000Z`. */
  lead: string;
  sentence: string;
}

/** Told in one transaction; the rest is for the next, so that a freeze over everything does not hold the log for long. */
const toldAtOnce = 50;

const keyOf = ({ releaseId, environment, freezeId, revision, lead }: FreezeWarning): string =>
  [releaseId, environment, freezeId, revision, lead].join('/');

/** Who is planned where and has not begun there, with the time that a freeze may meet. */
interface Planned {
  release: DatedRelease;
  interval: Interval;
  target: Target;
}

async function plannedReleases(db: Db, from: number, to: number, labels: Labels): Promise<Planned[]> {
  const dated = await schedulesBetween(db, { from: isoOf(from), to: isoOf(to) });
  // what has begun there is planned no more: what becomes of it says the freeze itself (`inFlight`)
  const ahead = dated.filter(({ stageState }) => !hasStarted(stageState));
  return ahead.flatMap((release) => {
    const interval = plannedInterval({ ...release.schedule, predicted: release.predicted });
    if (!interval) return [];
    const services = release.services.map((service) => ({
      service,
      labels: labels.services.get(service) ?? [],
    }));
    const environmentLabels = labels.environments.get(release.stage) ?? [];
    return [{ release, interval, target: { environment: release.stage, environmentLabels, services } }];
  });
}

/**
 * Notes, in the transaction that makes or changes a freeze, whose planned deployments it meets: a moment later they are
 * expected elsewhere, and nobody could tell any more. Told afterwards, by {@link tellWarnings}.
 */
export async function noteChangedFreeze(trx: Db, freeze: CalendarRule, at: string): Promise<void> {
  if (freeze.kind !== 'freeze') return;
  const now = Date.parse(at);
  const planned = await plannedReleases(trx, now, now + horizonMs, await currentLabels(trx));
  if (planned.length === 0) return;
  const times = intervalsOf(freeze, now, now + horizonMs);
  const warnings = planned.flatMap(({ release, interval, target }) => {
    const met = inScope(freeze.scope, target) ? times.find((time) => meets(time, interval)) : undefined;
    return met
      ? [warningOf(freeze, { release, interval, target }, { lead: 'made', met, tense: 'is in force' })]
      : [];
  });
  await note(trx, warnings, at);
}

/** Notes what is due now, 7 d, 24 h or 2 h before; answers the instant of the next one, where one is known. */
export async function noteDueWarnings(db: Db, now: string): Promise<{ nextAt?: string }> {
  const at = Date.parse(now);
  // What begins within the longest lead may be due; twice as far, so that the next one is known, too.
  const to = at + 2 * longestLeadMs;
  const planned = await plannedReleases(db, at, to, await currentLabels(db));
  if (planned.length === 0) return {};
  const { rules } = await rulesInForce(db);
  const freezes = rules.filter((rule) => rule.kind === 'freeze');
  const changedAt = await changesOf(db);
  const createdAt = await creationsOf(
    db,
    planned.map(({ release }) => release.releaseId),
  );
  const warnings: FreezeWarning[] = [];
  let nextAt = Infinity;
  for (const freeze of freezes)
    for (const met of intervalsOf(freeze, at, to))
      for (const one of planned) {
        if (!inScope(freeze.scope, one.target)) continue;
        const since = Math.max(
          changedAt.get(freeze.id) ?? -Infinity,
          createdAt.get(one.release.releaseId) ?? -Infinity,
        );
        const found = leadsOf(met, one.interval, { since, now: at });
        nextAt = Math.min(nextAt, found.nextAt ?? Infinity);
        if (!found.due) continue;
        const lead = `${found.due.name}/${isoOf(met.start)}`;
        warnings.push(warningOf(freeze, one, { lead, met, tense: `begins ${found.due.words}: it holds` }));
      }
  await note(db, warnings, now);
  return Number.isFinite(nextAt) ? { nextAt: isoOf(nextAt) } : {};
}

function warningOf(
  freeze: CalendarRule,
  { release, interval, target }: Planned,
  { lead, met, tense }: { lead: string; met: Interval; tense: string },
): FreezeWarning {
  const end = Number.isFinite(met.end) ? ` until ${instantText(isoOf(met.end))}` : ' until somebody lifts it';
  const why = freeze.reason === undefined ? '' : ` ("${freeze.reason}")`;
  return {
    releaseId: release.releaseId,
    environment: target.environment,
    freezeId: freeze.id,
    revision: freeze.revision,
    lead,
    sentence: `${release.title} is planned for ${target.environment} ${instantText(isoOf(interval.start))}, and ${ruleTitle(freeze)}${why} ${tense} from ${instantText(isoOf(met.start))}${end}.`,
  };
}

async function note(db: Db, warnings: readonly FreezeWarning[], at: string): Promise<void> {
  if (warnings.length === 0) return;
  await db
    .insertInto('freeze_warnings')
    .values(
      warnings.map((warning) => ({
        key: keyOf(warning),
        release_id: warning.releaseId,
        freeze_id: warning.freezeId,
        revision: warning.revision,
        lead: warning.lead,
        sentence: warning.sentence,
        at,
      })),
    )
    .onConflict((conflict) => conflict.column('key').doNothing())
    .execute();
}

/** When each freeze was last changed, epoch milliseconds. */
async function changesOf(db: Db): Promise<Map<string, number>> {
  const rows = await db
    .selectFrom('calendar_rules')
    .select(['id', 'changed_at'])
    .where('kind', '=', 'freeze')
    .where('retired_at', 'is', null)
    .execute();
  return new Map(rows.map((row) => [row.id, row.changed_at.getTime()]));
}

async function creationsOf(db: Db, releases: readonly string[]): Promise<Map<string, number>> {
  const rows = await db
    .selectFrom('releases')
    .select(['id', 'created_at'])
    .where('id', 'in', releases)
    .execute();
  return new Map(rows.map((row) => [row.id, row.created_at.getTime()]));
}

/**
 * Tells the owners of releases what was noted, by mail and on the timeline, oldest first; what concerns a release that has
 * ended meanwhile is told to nobody. Answers how many were settled; call it again until that is none. `domain` is that of our
 * message ids.
 */
export async function tellWarnings(db: Db, o: { at: string; domain: string }): Promise<number> {
  return inTransaction(db, async (trx) => {
    const rows = await trx
      .selectFrom('freeze_warnings')
      .innerJoin('releases', 'releases.id', 'freeze_warnings.release_id')
      .select(['freeze_warnings.key', 'release_id', 'freeze_id', 'sentence', 'lead', 'ended_at', 'view'])
      .where('told_at', 'is', null)
      .orderBy('at')
      .orderBy('freeze_warnings.key')
      .limit(toldAtOnce)
      .forUpdate('freeze_warnings')
      .skipLocked()
      .execute();
    if (rows.length === 0) return 0;
    await trx
      .updateTable('freeze_warnings')
      .set({ told_at: o.at })
      .where(
        'key',
        'in',
        rows.map(({ key }) => key),
      )
      .execute();
    const open = rows.filter((row) => row.ended_at === null && row.sentence !== null);
    await orderNotices(trx, mailsFor(open), o.domain);
    for (const row of open)
      await appendEvents(trx, row.release_id, [
        {
          key: `freeze/${row.key}`,
          at: o.at,
          actor: { id: 'gantry', kind: 'system' },
          action: 'freeze.warned',
          object: `freeze ${row.freeze_id}`,
          sentence: row.sentence ?? '',
          facts: { lead: row.lead },
        },
      ]);
    return rows.length;
  });
}

interface Told {
  key: string;
  release_id: string;
  freeze_id: string;
  lead: string;
  sentence: string | null;
  view: Parameters<typeof ownersOf>[0];
}

/** One mail an owner for one occasion of a freeze, however many releases it meets; it hangs on the first of them. */
function mailsFor(rows: readonly Told[]): NoticeInput[] {
  const mails = new Map<string, { first: Told; person: string; sentences: string[] }>();
  for (const row of rows)
    for (const person of ownersOf(row.view)) {
      const about = [person, row.freeze_id, row.lead].join('/');
      const mail = mails.get(about) ?? { first: row, person, sentences: [] };
      mail.sentences.push(row.sentence ?? '');
      mails.set(about, mail);
    }
  return [...mails.values()].map(({ first, person, sentences }) => ({
    occasion: `freeze/${first.key.slice(first.release_id.length + 1)}`,
    kind: 'freezeAhead',
    releaseId: first.release_id,
    to: [person],
    sentence:
      sentences.length === 1
        ? (sentences[0] ?? '')
        : `${sentences.length} releases of yours are met by it. ${sentences.join(' ')}`,
    facts: { freeze: first.freeze_id, lead: first.lead.split('/')[0] ?? '' },
  }));
}

/** Who answers for a release; where nobody is named, who asked for it. */
function ownersOf({ owner, requestedBy }: { owner?: string; requestedBy: Actor }): string[] {
  const requester = requestedBy.person ?? (requestedBy.kind === 'person' ? requestedBy.id : undefined);
  return [...new Set([owner ?? requester].filter((person) => person !== undefined))];
}

/** How many warnings wait to be told; for tests and the operations page. */
export async function untoldWarnings(db: Db): Promise<number> {
  const row = await db
    .selectFrom('freeze_warnings')
    .select(sql<number>`count(*)::int`.as('count'))
    .where('told_at', 'is', null)
    .executeTakeFirst();
  return row?.count ?? 0;
}

const isoOf = (ms: number): string => new Date(ms).toISOString();
