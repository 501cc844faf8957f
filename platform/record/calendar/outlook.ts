import { judgeCalendar } from '../../../domain/calendar/judge.ts';
import type {
  ActionClass,
  CalendarAnswer,
  Need,
  Reservation,
  Schedule,
} from '../../../domain/calendar/model.ts';
import { needOf } from '../../../domain/calendar/need.ts';
import { openFacts, type SpanCache } from '../../../domain/calendar/open.ts';
import { nextFreeSlots, type Missed } from '../../../domain/calendar/slots.ts';
import { instantWords } from '../../../domain/calendar/instant-words.ts';
import { formatDuration, durationMs } from '../../../domain/policy/duration.ts';
import type { Stage } from '../../../domain/policy/policy.schema.ts';
import type { Db } from '../../database/open.ts';
import { readCalendarFacts } from './facts.ts';

/** One stage that somebody asks about, without a release. */
export interface OutlookQuestion {
  stage: Stage;
  services: readonly string[];
  actionClass: ActionClass;
  now: string;
  schedule?: Schedule;
  owner?: string;
  /** A release of its own reservation does not stand in its way. */
  releaseId?: string;
}

export interface Slot {
  start: string;
  end: string;
}

/** An opening before a slot that does not do, and why. */
export interface MissedSlot {
  start: string;
  end?: string;
  because: string;
}

const spans: SpanCache = new Map();

/** What the plan says a stage takes besides running: its pauses, and the guard after the last step. Milliseconds. */
const estimateOf = (stage: Stage): { pausesMs: number; guardMs: number } => ({
  pausesMs: stage.deploy.steps.reduce((sum, step) => sum + durationMs(step.hold), 0),
  guardMs: durationMs(stage.observe.soak),
});

async function readOutlook(db: Db, question: OutlookQuestion) {
  const { stage, services, now, releaseId } = question;
  const facts = await readCalendarFacts(db, {
    environment: stage.environment,
    services,
    now,
    ...(releaseId === undefined ? {} : { releaseId }),
  });
  const estimate = estimateOf(stage);
  const between = estimate.pausesMs + estimate.guardMs;
  const runs = facts.history.runs.map((took) => Math.max(0, took - between));
  return { facts, need: needOf({ runs, rollbacks: facts.history.rollbacks, ...estimate }) };
}

/** What the calendar would say of a release in this stage at `now`; nothing is written. */
export async function outlookOf(
  db: Db,
  question: OutlookQuestion,
): Promise<{ need: Need; answer: CalendarAnswer }> {
  const { facts, need } = await readOutlook(db, question);
  if (spans.size > 2_000) spans.clear();
  const answer = judgeCalendar(
    {
      rules: facts.rules,
      target: facts.target,
      actionClass: question.actionClass,
      overrides: facts.overrides,
      ...(question.schedule ? { schedule: question.schedule } : {}),
      need,
      foreign: facts.foreign,
      isInFlight: false,
      overriders: facts.overriders,
      ...(question.owner === undefined ? {} : { owner: question.owner }),
      zone: facts.zone,
      zoneData: facts.zoneData,
      revision: facts.revision,
    },
    question.now,
    spans,
  );
  return { need, answer };
}

/** The next slots in which the stage fits, and why the openings before them do not do. */
export async function slotsOf(
  db: Db,
  question: OutlookQuestion & { from: string; count: number },
): Promise<{ need: Need; slots: Slot[]; missed: MissedSlot[]; zone: string; zoneData: string }> {
  const { facts, need } = await readOutlook(db, question);
  const open = openFacts({
    rules: facts.rules,
    target: facts.target,
    actionClass: question.actionClass,
    overrides: facts.overrides,
    from: Date.parse(question.from),
    cache: spans,
  });
  const found = nextFreeSlots(
    { open, foreign: facts.foreign, readyAt: Date.parse(question.from) },
    Date.parse(question.from),
    need.p90Ms,
    question.count,
  );
  const iso = (ms: number): string => new Date(ms).toISOString();
  const say = (ms: number): string => instantWords(iso(ms), facts.zone, question.now);
  return {
    need,
    slots: found.slots.map(({ start, end }) => ({ start: iso(start), end: iso(end) })),
    missed: found.missed.map((one) => ({
      start: iso(one.start),
      ...(one.end === undefined ? {} : { end: iso(one.end) }),
      because: whyMissed(one, need, say),
    })),
    zone: facts.zone,
    zoneData: facts.zoneData,
  };
}

function whyMissed(
  { start, end, because, reservation }: Missed,
  need: Need,
  say: (ms: number) => string,
): string {
  if (because === 'dependency') return `What it waits for is not there by ${say(start)}.`;
  if (because === 'tooShort')
    return `Too short: open for ${formatDuration((end ?? start) - start)} from ${say(start)}, needs ${formatDuration(need.p90Ms)}.`;
  return `${holderOf(reservation)} from ${say(start)} on.`;
}

const holderOf = (reservation: Reservation | undefined): string =>
  reservation ? `Reserved for ${reservation.title}` : 'Reserved';
