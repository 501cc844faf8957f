import type { Kysely } from 'kysely';
import { tally } from '../../domain/gates/approvals/quorum.ts';
import type { CalendarAnswer } from '../../domain/calendar/model.ts';
import type { EventAction } from '../../domain/release/events.ts';
import { checkedSubject } from '../../domain/release/artifact.ts';
import { nameAmong } from '../../domain/release/names.ts';
import type { Vote } from '../../domain/release/release.ts';
import type { Database } from '../../platform/database/schema.ts';
import { evaluateReviews } from '../../domain/gates/review/evaluate.ts';
import { evaluateQuarantine } from '../../domain/gates/quarantine/evaluate.ts';
import { regressionText, type Regression } from '../../domain/watch/regression.ts';
import { isStillSo } from '../../domain/release/still-open.ts';
import { headlineVerdict } from '../../domain/verdict.ts';
import { standingQuarantines } from '../../platform/record/gates/quarantines.ts';
import { standingRegressions } from '../../platform/record/incidents/regressions.ts';
import { hasLiveWaiver } from '../../platform/record/gates/waivers.ts';
import { calendarRevision } from '../../platform/record/calendar/revision.ts';
import { decisionsOf, requestById, type ReceivedDecision } from '../../platform/record/approvals.ts';
import { isHolder } from '../../platform/record/environment-locks.ts';
import { outcomesOf } from '../../platform/record/results.ts';
import { owedReviews } from '../../platform/record/reviews.ts';
import { runsAt } from '../../platform/record/running.ts';
import type { Activities, DoorAnswer, DoorInput } from '../contract.ts';
import { judgeStage } from '../calendar/judge-calendar.ts';
import { laterNow } from '../clock.ts';
import { standingInLog, type LoggedDecision } from './standing-in-log.ts';

/**
 * The deploy door (trust §1.5.7): reads checks and decisions again from the record and judges them with the same functions as
 * the workflow. So neither a raw message to the engine nor a row slipped into the database deploys anything alone.
 */
export function createCheckDoor(
  db: Kysely<Database>,
  clock: () => number = Date.now,
): Activities['checkDoor'] {
  return async (input) => {
    const isPassed = (gate: string): boolean => input.glass?.gates.includes(gate) ?? false;
    const [checks, glass, approvals, stale, isHeld] = await Promise.all([
      whyChecksShut(db, input),
      whyGlassWhole(db, input),
      isPassed('approvals') ? undefined : whyApprovalsShut(db, input),
      whyStale(db, input),
      isHolder(db, input),
    ]);
    const because = checks ?? glass;
    const shut = because === undefined ? approvals : ({ kind: 'shut', because } as const);
    if (shut !== undefined) return shut;
    if (stale !== undefined) return { kind: 'stale', because: stale };
    if (!isHeld)
      return {
        kind: 'closed',
        because: `${input.environment} is not reserved for this release in the record.`,
      };
    // last, so that none is overlooked that came while the rest was read
    const [quarantines, regressions, calendar] = await Promise.all([
      input.builds ? standingQuarantines(db, input.builds) : [],
      unheardRegressions(db, input),
      calendarAtDoor(db, input, clock),
    ]);
    if (quarantines.length > 0)
      return {
        kind: 'closed',
        because: evaluateQuarantine(input.builds ?? [], quarantines).because,
        quarantines,
      };
    const [regression] = regressions;
    if (regression) return { kind: 'closed', because: `${regressionText(regression)}.`, regressions };
    const closed = headlineVerdict(
      calendar?.verdicts.filter((row) => row.kind !== 'allowed' && !isPassed(row.gate)) ?? [],
    );
    if (calendar && (closed || calendar.expired !== undefined))
      return { kind: 'closed', because: closed?.because ?? calendar.expired ?? '', calendar };
    const agreed = `Record and workflow agree on ${input.environment}.`;
    return { kind: 'open', because: agreed, ...(calendar ? { calendar } : {}) };
  };
}

/**
 * The word of a regression, or of what has become of it, may still be on its way to the workflow, and whoever agreed did not know
 * of it: it may have become worse, or have come back.
 */
async function unheardRegressions(
  db: Kysely<Database>,
  { builds = [], regressions, regressionRevisions = {} }: DoorInput,
): Promise<Regression[]> {
  if (!regressions) return [];
  const standing = await standingRegressions(db, builds);
  return standing.filter(
    ({ incident, revision = 0 }) =>
      !regressions.includes(incident) || revision > (regressionRevisions[incident] ?? Infinity),
  );
}

/**
 * The calendar's answer of this moment, by this machine's clock too: the door may have been asked long ago, while the database
 * was away. Undefined where no rule concerns it and nobody has changed the calendar: then time alone changes nothing.
 */
async function calendarAtDoor(
  db: Kysely<Database>,
  { calendar, answer }: DoorInput,
  clock: () => number,
): Promise<CalendarAnswer | undefined> {
  if (!calendar) return undefined;
  const now = laterNow(calendar.now, clock);
  if (answer?.verdicts.length === 0 && calendar.needs.length === 0) {
    const [isOverdue, revision] = await Promise.all([
      isReviewOverdue(db, calendar, now),
      calendarRevision(db),
    ]);
    if (!isOverdue && isStillSo(answer, { revision, now })) return undefined;
  }
  return judgeStage(db, { ...calendar, now });
}

/** The word that one is owed may still be on its way to the workflow. */
async function isReviewOverdue(
  db: Kysely<Database>,
  { heedsReviews, components, releaseId }: NonNullable<DoorInput['calendar']>,
  now: string,
): Promise<boolean> {
  if (!heedsReviews) return false;
  const services = components.map(({ service }) => service);
  return evaluateReviews(await owedReviews(db, { services, except: releaseId }), now).row !== undefined;
}

async function whyChecksShut(db: Kysely<Database>, input: DoorInput): Promise<string | undefined> {
  const required = input.checks.filter((candidate) => candidate.required);
  const ids = required.flatMap(({ resultId }) => (resultId ? [resultId] : []));
  const outcomes = await outcomesOf(db, input.releaseId, ids);
  for (const check of required) {
    const why = whyNotProven(check, outcomes.get(check.resultId ?? ''), input.builds);
    if (why !== undefined && !(await isWaivedInRecord(db, input, check))) return why;
  }
  return undefined;
}

/** A result for another build is none (semantics §3). Releases from before builds were told are judged by the outcome alone. */
function whyNotProven(
  { check, service }: DoorInput['checks'][number],
  found: { outcome: string; subject: string } | undefined,
  builds: DoorInput['builds'],
): string | undefined {
  if (found?.outcome !== 'passed') return `the record has no passed result of check ${check} for ${service}.`;
  if (!builds) return undefined;
  const build = builds.find((one) => one.service === service);
  const deployed = build && checkedSubject(build);
  if (deployed === found.subject) return undefined;
  return `check ${check} for ${service} looked at ${found.subject}, and ${deployed ?? 'nothing that is known'} would be deployed: what it found says nothing of that. Run the check again.`;
}

/** A waiver that the workflow counts must stand in the record, for this build, and not be over. */
async function isWaivedInRecord(
  db: Kysely<Database>,
  { releaseId, environment, builds = [], now }: DoorInput,
  { check, service, isWaived }: DoorInput['checks'][number],
): Promise<boolean> {
  const build = builds.find((one) => one.service === service);
  if (isWaived !== true || !build || now === undefined) return false;
  return hasLiveWaiver(db, { releaseId, environment, check, build, now });
}

async function whyApprovalsShut(
  db: Kysely<Database>,
  input: DoorInput,
): Promise<Pick<DoorAnswer, 'kind' | 'because'> | undefined> {
  const shut = (because: string) => ({ kind: 'shut', because }) as const;
  if (input.rules.length === 0) return undefined;
  if (!input.requestId) return shut('the record has no approval request of this release.');
  const [request, standing, decisions] = await Promise.all([
    requestById(db, input.requestId),
    standingInLog(db, input.releaseId, input.requestId),
    decisionsOf(db, input.requestId),
  ]);
  if (request?.releaseId !== input.releaseId)
    return shut('the record has no approval request of this release.');
  if (request.subjectDigest !== input.subjectDigest)
    return shut('the approval in the record is about something else.');
  const unseen = unseenOf(decisions, input);
  if (unseen)
    return {
      kind: 'unsettled',
      because: `a decision of ${nameAmong(input.candidates, unseen.person)} was received and is on its way.`,
    };
  const votes = decisions
    .filter((decision) => decision.delivery !== 'refused' && decision.subjectDigest === input.subjectDigest)
    .filter((decision) => isSame(standing.get(decision.id), decision))
    .map((decision): Vote => ({
      person: decision.person,
      choice: decision.choice,
      at: decision.receivedAt,
      via: decision.via,
      ...(decision.assurance ? { assurance: decision.assurance } : {}),
      decisionId: decision.id,
    }));
  const { rules, candidates, excluded, terms, standIns } = input;
  const counted = tally({
    rules,
    candidates,
    excluded,
    votes,
    ...(terms ? { terms } : {}),
    ...(standIns ? { standIns } : {}),
  });
  if (counted.rejection)
    return shut(`the record holds a rejection by ${nameAmong(candidates, counted.rejection.person)}.`);
  if (!counted.complete)
    return shut(`the record holds ${counted.filled} of ${counted.total} approvals that are needed.`);
  return undefined;
}

/**
 * A decision that came while the request was being closed: the workflow is about to refuse it as too late, and whoever sent it is
 * told so. To judge by it now would be to let it count after all.
 */
const unseenOf = (
  decisions: readonly ReceivedDecision[],
  { votes }: DoorInput,
): ReceivedDecision | undefined =>
  votes && decisions.find(({ id, delivery }) => delivery === 'pending' && !votes.includes(id));

/** Whoever is said to have broken the glass must have said so to the API: a message to the engine alone opens nothing. */
async function whyGlassWhole(db: Kysely<Database>, input: DoorInput): Promise<string | undefined> {
  if (!input.glass) return undefined;
  const action: EventAction = 'glass.received';
  const rows = await db
    .selectFrom('audit_entries')
    .select('body')
    .where('release_id', '=', input.releaseId)
    .where('action', '=', action)
    .where('object', '=', input.environment)
    .execute();
  const received = rows.map(
    ({ body }) => (JSON.parse(body) as { facts?: { person?: string } }).facts?.person,
  );
  const unknown = input.glass.people.find((person) => !received.includes(person));
  return unknown === undefined
    ? undefined
    : `the record does not know that ${unknown} broke the glass for ${input.environment}.`;
}

/** A row counts only beside the chained entry that was written with it. */
const isSame = (logged: LoggedDecision | undefined, row: ReceivedDecision): boolean =>
  logged?.person === row.person &&
  logged.choice === row.choice &&
  logged.subjectDigest === row.subjectDigest &&
  logged.assurance === row.assurance;

/** The rollback target is part of what was approved: another release may have come in between planning and this moment. */
async function whyStale(db: Kysely<Database>, input: DoorInput): Promise<string | undefined> {
  for (const { service, previousVersion } of input.planned) {
    const now = await runsAt(db, input.environment, service);
    if (now?.version === previousVersion) continue;
    return `${input.environment} runs ${now ? `${service} ${now.version}` : `no ${service}`} now; this was planned when it ran ${previousVersion ?? 'none'}.`;
  }
  return undefined;
}
