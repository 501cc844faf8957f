import type { GateRow } from '../verdict.ts';
import { inFlightOf } from './in-flight.ts';
import { holdingAt } from './intervals.ts';
import { iso, words, type JudgeFacts, type Look } from './look.ts';
import type { CalendarAnswer, Schedule } from './model.ts';
import { isOpenAt, nextClose, openFacts, type SpanCache } from './open.ts';
import { reservationRow } from './reservations.ts';
import { doubtOf, fitRows, fitTurns } from './rows/fit.ts';
import { freezeRows, passedFreezes } from './rows/freeze.ts';
import { scheduleRows } from './rows/schedule.ts';
import { windowRows } from './rows/window.ts';
import { nextFreeSlot } from './slots.ts';

const hour = 3_600_000;
/** A start that was asked for may be late by this, where nothing else was said. */
const usualLatenessMs = hour;

/** What the calendar says of one stage of one release at `now` (semantics §1.4, §1.5, §2). */
export function judgeCalendar(facts: JudgeFacts, now: string, cache?: SpanCache): CalendarAnswer {
  const look = lookAt(facts, now, cache);
  return {
    at: now,
    zoneData: facts.zoneData,
    revision: facts.revision,
    despite: despiteOf(look),
    ...overridesEndOf(look),
    ...(facts.isInFlight ? betweenSteps(look) : beforeStart(look)),
  };
}

type Judged = Omit<CalendarAnswer, 'at' | 'zoneData' | 'revision' | 'despite' | 'overridesEndAt'>;

function betweenSteps(look: Look): Judged {
  const inFlight = inFlightOf(look);
  return { verdicts: freezeRows(look), ...(inFlight ? { inFlight } : {}), ...freezesAtOf(look) };
}

function beforeStart(look: Look): Judged {
  const { open, nowMs, slot } = look;
  const verdicts = rowsOf(look);
  const nextLook = nextLookOf(look, verdicts);
  const closesAt = isOpenAt(open, nowMs) ? nextClose(open, nowMs) : undefined;
  const expired = expiredOf(look);
  return {
    verdicts,
    ...(nextLook === undefined ? {} : { nextLook: iso(nextLook) }),
    ...(closesAt === undefined ? {} : { closesAt: iso(closesAt) }),
    ...freezesAtOf(look),
    ...doubtOf(look, verdicts),
    ...(slot ? { predicted: { start: iso(slot.start), end: iso(slot.end) } } : {}),
    ...(expired === undefined ? {} : { expired }),
  };
}

function rowsOf(look: Look): GateRow[] {
  const { foreign, actionClass, need, dependencies } = look.facts;
  return [
    ...scheduleRows(look),
    ...(dependencies?.row ? [dependencies.row] : []),
    ...windowRows(look),
    ...freezeRows(look),
    ...fitRows(look),
    ...reservationRow({
      foreign,
      actionClass,
      start: look.at,
      p90Ms: need.p90Ms,
      say: (ms) => words(look, ms),
    }),
  ];
}

function lookAt(facts: JudgeFacts, now: string, cache: SpanCache | undefined): Look {
  const nowMs = Date.parse(now);
  const { schedule } = facts;
  const at = schedule?.at === undefined ? nowMs : Math.max(nowMs, Date.parse(schedule.at));
  const open = openFacts({
    rules: facts.rules,
    target: facts.target,
    actionClass: facts.actionClass,
    overrides: facts.overrides.filter(({ expiresAt }) => Date.parse(expiresAt) > nowMs),
    from: nowMs,
    ...(cache ? { cache } : {}),
  });
  const { slot } = nextFreeSlot(
    { open, foreign: facts.foreign, readyAt: facts.dependencies?.readyAt ?? 0 },
    at,
    facts.need.p90Ms,
  );
  return { facts, open, now, nowMs, at, startBy: startByOf(schedule), slot };
}

/** A start that was asked for may be an hour late, unless it was said how late (semantics §1.5, "Scheduled start"). */
export function startByOf(schedule: Schedule | undefined): number | undefined {
  if (schedule?.startBy !== undefined) return Date.parse(schedule.startBy);
  return schedule?.at === undefined ? undefined : Date.parse(schedule.at) + usualLatenessMs;
}

function freezesAtOf({ open, nowMs }: Look): Pick<CalendarAnswer, 'freezesAt'> {
  const next = open.shut.find(({ start }) => start > nowMs);
  return next ? { freezesAt: iso(next.start) } : {};
}

function expiredOf(look: Look): string | undefined {
  const { startBy } = look;
  if (startBy === undefined || look.nowMs < startBy) return undefined;
  return `it had to start before ${words(look, startBy)}, and never starts late`;
}

/** What is passed, in words for the log: the entry says "despite" (semantics §1.5). */
function despiteOf(look: Look): string[] {
  const { windowOverride: passed } = look.open;
  if (!passed || holdingAt(passed.times, look.at)) return passedFreezes(look);
  return [...passedFreezes(look), `the closed window "${passed.rule.id}" (overridden)`];
}

/** When the first of the overrides ends that count for something: the freeze that it passes stands again then. */
function overridesEndOf({ open, facts, nowMs }: Look): Pick<CalendarAnswer, 'overridesEndAt'> {
  const passed = open.passed.filter(({ by }) => by === 'override').map(({ rule }) => rule.id);
  const ends = facts.overrides
    .filter(({ freezeId }) => passed.includes(freezeId))
    .map(({ expiresAt }) => Date.parse(expiresAt))
    .filter((ms) => ms > nowMs);
  return ends.length === 0 ? {} : { overridesEndAt: iso(Math.min(...ends)) };
}

/** The earliest instant after now at which the answer may be another, nobody having changed anything. */
function nextLookOf(look: Look, verdicts: readonly GateRow[]): number | undefined {
  const { nowMs, facts } = look;
  const times = [
    ...verdicts.flatMap((row) => (row.kind === 'waiting' && row.until ? [Date.parse(row.until)] : [])),
    ...(facts.schedule?.at === undefined ? [] : [Date.parse(facts.schedule.at)]),
    ...(look.startBy === undefined ? [] : [look.startBy]),
    ...facts.overrides.map(({ expiresAt }) => Date.parse(expiresAt)),
    ...facts.foreign.map(({ start }) => Date.parse(start) - facts.need.p90Ms),
    ...fitTurns(look),
  ].filter((ms) => ms > nowMs);
  return times.length > 0 ? Math.min(...times) : undefined;
}
