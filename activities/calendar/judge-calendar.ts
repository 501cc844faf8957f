import { judgeCalendar } from '../../domain/calendar/judge.ts';
import type { CalendarAnswer, Reservation } from '../../domain/calendar/model.ts';
import { holdersOf, reservationsMet } from '../../domain/calendar/reservations.ts';
import { needOf } from '../../domain/calendar/need.ts';
import type { SpanCache } from '../../domain/calendar/open.ts';
import { evaluateDependencies, readyAt } from '../../domain/gates/dependencies/evaluate.ts';
import { withReviews } from '../../domain/gates/review/evaluate.ts';
import type { Db } from '../../platform/database/open.ts';
import { readCalendarFacts } from '../../platform/record/calendar/facts.ts';
import { settleNeeds } from '../../platform/record/calendar/settle-needs.ts';
import { orderNotices } from '../../platform/record/notices.ts';
import { keepReservation } from '../../platform/record/calendar/keep-reservation.ts';
import { savePrediction } from '../../platform/record/calendar/predictions.ts';
import { owedReviews } from '../../platform/record/reviews.ts';
import type { CalendarInput } from '../contract.ts';

/** Times of rules that this process has expanded; begun afresh where the calendar has changed much since. */
const spans: SpanCache = new Map();
const mostSpans = 2_000;
const gantry = { id: 'gantry', kind: 'system' as const };

/**
 * Reads what the calendar hangs on, judges it at the workflow's time, and notes when the stage is expected to start and end.
 * With `told`, what became of the things that the release waits for is written down and told, too.
 */
export async function judgeStage(
  db: Db,
  input: CalendarInput,
  told?: { domain: string; mailOrdered?: () => void },
): Promise<CalendarAnswer> {
  const { environment, releaseId, now, schedule, estimate } = input;
  const services = input.components.map(({ service }) => service);
  const { history, dependencies, target, ...read } = await readCalendarFacts(db, {
    environment,
    services,
    now,
    releaseId,
    needs: input.needs,
  });
  if (spans.size > mostSpans) spans.clear();
  const between = estimate.pausesMs + estimate.guardMs;
  const need = needOf({
    runs: history.runs.map((took) => Math.max(0, took - between)),
    rollbacks: history.rollbacks,
    ...estimate,
  });
  const row = evaluateDependencies(dependencies, now);
  const answer = judgeCalendar(
    {
      rules: read.rules,
      target,
      actionClass: input.actionClass,
      overrides: read.overrides,
      asked: read.asked,
      ...(schedule ? { schedule } : {}),
      need,
      foreign: read.foreign,
      ...(row ? { dependencies: { row, readyAt: readyAt(dependencies, now) } } : {}),
      isInFlight: input.isInFlight,
      overriders: read.overriders,
      names: read.names,
      ...(input.owner === undefined ? {} : { owner: input.owner }),
      ...(input.proceed ? { proceed: input.proceed } : {}),
      zone: read.zone,
      zoneData: read.zoneData,
      revision: read.revision,
    },
    now,
    spans,
  );
  if (!input.isInFlight) {
    await keepPrediction(db, input, answer);
    await keepReservation(db, { ...input, services }, { by: gantry, at: now, mode: 'queue' });
  }
  if (told && !input.isInFlight) {
    const { title, owner } = input;
    const needs = { releaseId, title, ...(owner === undefined ? {} : { owner }), facts: dependencies, now };
    const isNews = await settleNeeds(db, { ...needs, domain: told.domain });
    const isPassed = await tellHolders(
      db,
      input,
      reservationsMet(read.foreign, { start: Date.parse(now), ...need }),
      told.domain,
    );
    if (isNews || isPassed) told.mailOrdered?.();
  }
  if (!input.heedsReviews || input.isInFlight) return answer;
  return withReviews(answer, await owedReviews(db, { services, except: releaseId }), now);
}

/** Years of more than four digits are no instants to the database: what is expected then is expected at no time. */
const isStorable = (instant: string): boolean => !instant.startsWith('+');

/** Without a calendar every release starts at once: nothing is worth a row then. */
async function keepPrediction(db: Db, input: CalendarInput, answer: CalendarAnswer): Promise<void> {
  if (answer.verdicts.length === 0 && !input.schedule) return;
  await savePrediction(db, {
    releaseId: input.releaseId,
    stage: input.environment,
    ...(input.schedule ? { schedule: input.schedule } : {}),
    ...(answer.predicted && isStorable(answer.predicted.end) ? { predicted: answer.predicted } : {}),
    at: input.now,
  });
}

/** What goes back waits for nobody's reservation; whoever holds one that it meets is told, once. Answers whether there was one. */
async function tellHolders(
  db: Db,
  input: CalendarInput,
  met: readonly (Reservation & { createdBy?: string })[],
  domain: string,
): Promise<boolean> {
  if (!['rollback', 'automaticRollback'].includes(input.actionClass) || met.length === 0) return false;
  const notices = met.map((one) => ({
    occasion: `reservation/${one.id}/passed`,
    kind: 'reservationPassed' as const,
    releaseId: input.releaseId,
    to: holdersOf(one),
    environment: input.environment,
    sentence: `${input.title} goes back in ${input.environment} while ${one.title} has it.`,
  }));
  await orderNotices(db, notices, domain);
  return true;
}
