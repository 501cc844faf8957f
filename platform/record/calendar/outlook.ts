import { judgeCalendar } from '../../../domain/calendar/judge.ts';
import type {
  ActionClass,
  CalendarAnswer,
  Dependency,
  Need,
  Reservation,
  Schedule,
} from '../../../domain/calendar/model.ts';
import { needOf } from '../../../domain/calendar/need.ts';
import { openFacts, type OpenFacts, type SpanCache } from '../../../domain/calendar/open.ts';
import { nextFreeSlots, type Missed } from '../../../domain/calendar/slots.ts';
import { ruleTitle } from '../../../domain/calendar/rule-words.ts';
import { evaluateDependencies, readyAt } from '../../../domain/gates/dependencies/evaluate.ts';
import { shutOpenings, shutterAt } from '../../../domain/calendar/shut-openings.ts';
import { instantWords } from '../../../domain/calendar/instant-words.ts';
import { formatDuration, durationMs } from '../../../domain/policy/duration.ts';
import type { Stage } from '../../../domain/policy/policy.schema.ts';
import { pausesMs } from '../../../domain/rollout/plan.ts';
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
  /** What it waits for: no slot is before all of it is expected to be there. */
  needs?: readonly Dependency[] | undefined;
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
  pausesMs: pausesMs(stage.deploy),
  guardMs: durationMs(stage.observe.soak),
});

async function readOutlook(db: Db, question: OutlookQuestion) {
  const { stage, services, now, releaseId } = question;
  const facts = await readCalendarFacts(db, {
    environment: stage.environment,
    services,
    now,
    ...(releaseId === undefined ? {} : { releaseId }),
    ...(question.needs === undefined ? {} : { needs: question.needs }),
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
  const row = evaluateDependencies(facts.dependencies, question.now);
  const answer = judgeCalendar(
    {
      rules: facts.rules,
      target: facts.target,
      actionClass: question.actionClass,
      overrides: facts.overrides,
      asked: facts.asked,
      ...(question.schedule ? { schedule: question.schedule } : {}),
      need,
      foreign: facts.foreign,
      ...(row ? { dependencies: { row, readyAt: readyAt(facts.dependencies, question.now) } } : {}),
      isInFlight: false,
      overriders: facts.overriders,
      names: facts.names,
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
    {
      open,
      foreign: facts.foreign,
      readyAt: Math.max(Date.parse(question.from), readyAt(facts.dependencies, question.now)),
    },
    Date.parse(question.from),
    need.p90Ms,
    question.count,
  );
  const iso = (ms: number): string => new Date(ms).toISOString();
  const say = (ms: number): string => instantWords(iso(ms), facts.zone, question.now);
  const until = found.slots.at(-1)?.start ?? Infinity;
  const missed = [
    ...found.missed.map((one) => ({ ...one, because: whyMissed(one, { open, need, say }) })),
    ...notOpen(open, Date.parse(question.from), until, say),
  ].sort((a, b) => a.start - b.start);
  return {
    need,
    slots: found.slots.map(({ start, end }) => ({ start: iso(start), end: iso(end) })),
    missed: missed.map(({ start, end, because }) => ({
      start: iso(start),
      ...(end === undefined || !Number.isFinite(end) ? {} : { end: iso(end) }),
      because,
    })),
    zone: facts.zone,
    zoneData: facts.zoneData,
  };
}

type Say = (ms: number) => string;

function whyMissed(
  { start, end, because, reservation }: Missed,
  { open, need, say }: { open: OpenFacts; need: Need; say: Say },
): string {
  if (because === 'dependency') return `What it waits for is not there by ${say(start)}.`;
  if (because === 'reserved') return `${holderOf(reservation)} from ${say(start)} on.`;
  const shutter = end === undefined ? undefined : shutterAt(open, end);
  const shuts = shutter
    ? `; then ${ruleTitle(shutter)} ${shutter.kind === 'freeze' ? 'begins' : 'ends'}`
    : '';
  return `Too short: open for ${formatDuration((end ?? start) - start)} from ${say(start)}${shuts}. It needs ${formatDuration(need.p90Ms)}.`;
}

/** What would be an opening and is none: for a freeze, or for a rule that cannot be evaluated, which shuts everything. */
function notOpen(
  open: OpenFacts,
  from: number,
  to: number,
  say: Say,
): { start: number; end?: number; because: string }[] {
  const broken = open.broken.map(({ rule, because }) => ({
    start: from,
    because: `${ruleTitle(rule)} cannot be evaluated, so it shuts: ${because}.`,
  }));
  if (broken.length > 0) return broken;
  return shutOpenings(open, from, to).map(({ rule, start, end, more }) => ({
    start,
    end,
    because: `Shut by ${ruleTitle(rule)}${Number.isFinite(end) ? ` until ${say(end)}` : ', which has no end'}${more === 0 ? '' : `, like ${more} more ${more === 1 ? 'opening' : 'openings'} after it`}.`,
  }));
}

const holderOf = (reservation: Reservation | undefined): string =>
  reservation ? `Reserved for ${reservation.title}` : 'Reserved';
