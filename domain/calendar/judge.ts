import { namedIn, type Names } from '../release/names.ts';
import type { GateRow } from '../verdict.ts';
import { formatDuration } from '../policy/duration.ts';
import { instantWords } from './instant-words.ts';
import { holdingAt, type Interval } from './intervals.ts';
import type {
  ActionClass,
  AskedOverride,
  CalendarAnswer,
  CalendarOverride,
  CalendarRule,
  InFlight,
  Need,
  Proceed,
  Reservation,
  Schedule,
} from './model.ts';
import {
  isOpenAt,
  nextClose,
  nextOpening,
  openFacts,
  strictness,
  type OpenFacts,
  type SpanCache,
  type Target,
} from './open.ts';
import { reservationRow } from './reservations.ts';
import { nextFreeSlot } from './slots.ts';

const hour = 3_600_000;
/** How long a release may be left half way by a freeze before people are asked (semantics §1.5, `maxHold`). */
const usualMaxHoldMs = 4 * hour;
/** A start that was asked for may be late by this, where nothing else was said. */
export const usualLatenessMs = hour;

/** Everything that one stage of one release is judged by. */
export interface JudgeFacts {
  /** How sentences call people, by id; left out: by their ids. */
  names?: Names;
  rules: readonly CalendarRule[];
  target: Target;
  actionClass: ActionClass;
  /** Overrides of this release in this environment that count at `now`. */
  overrides: readonly CalendarOverride[];
  /** Overrides that wait for a second person. */
  asked?: readonly AskedOverride[];
  schedule?: Schedule;
  need: Need;
  /** Reservations of others in this environment that concern its services. */
  foreign: readonly Reservation[];
  /** The rows of what it depends on, judged before; and when the last of it is expected, epoch milliseconds. */
  dependencies?: { row?: GateRow; readyAt: number };
  /** Between two steps: only freezes matter. */
  isInFlight: boolean;
  /** People who may override a freeze, and who owns the release. */
  overriders: readonly string[];
  owner?: string;
  /** Somebody lets it start although it may not fit before the gates shut at this instant. */
  proceed?: Proceed;
  /** Zone of the sentences. */
  zone: string;
  zoneData: string;
  revision: number;
}

/** The facts with what was worked out of them. */
interface Look {
  facts: JudgeFacts;
  open: OpenFacts;
  now: string;
  nowMs: number;
  /** The instant that windows, freezes and fit are judged for: now, or the start that was asked for. */
  at: number;
  startBy: number | undefined;
  slot: Interval | undefined;
}

/** What the calendar says of one stage of one release at `now` (semantics §1.4, §1.5, §2). */
export function judgeCalendar(facts: JudgeFacts, now: string, cache?: SpanCache): CalendarAnswer {
  const look = lookAt(facts, now, cache);
  const base = {
    at: now,
    zoneData: facts.zoneData,
    revision: facts.revision,
    despite: despiteOf(look),
    ...overridesEndOf(look),
  };
  if (facts.isInFlight) {
    const inFlight = inFlightOf(look);
    const freezesAt = look.open.shut.find(({ start }) => start > look.nowMs)?.start;
    return {
      ...base,
      verdicts: freezeRows(look),
      ...(inFlight ? { inFlight } : {}),
      ...(freezesAt === undefined ? {} : { freezesAt: iso(freezesAt) }),
    };
  }
  const expired = expiredOf(look);
  const verdicts = [
    ...scheduleRows(look),
    ...(facts.dependencies?.row ? [facts.dependencies.row] : []),
    ...windowRows(look),
    ...freezeRows(look),
    ...fitRows(look),
    ...reservationRow({
      foreign: facts.foreign,
      actionClass: facts.actionClass,
      start: look.at,
      p90Ms: facts.need.p90Ms,
      say: (ms) => words(look, ms),
    }),
  ];
  const nextLook = nextLookOf(look, verdicts);
  const closesAt = isOpenAt(look.open, look.nowMs) ? nextClose(look.open, look.nowMs) : undefined;
  const freezesAt = look.open.shut.find(({ start }) => start > look.nowMs)?.start;
  return {
    ...base,
    verdicts,
    ...(nextLook === undefined ? {} : { nextLook: iso(nextLook) }),
    ...(closesAt === undefined ? {} : { closesAt: iso(closesAt) }),
    ...(freezesAt === undefined ? {} : { freezesAt: iso(freezesAt) }),
    ...doubtOf(look, verdicts),
    ...(look.slot ? { predicted: { start: iso(look.slot.start), end: iso(look.slot.end) } } : {}),
    ...(expired === undefined ? {} : { expired }),
  };
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

const iso = (ms: number): string => new Date(ms).toISOString();
const words = (look: Look, ms: number): string => instantWords(iso(ms), look.facts.zone, look.now);
const inTime = ({ startBy }: Look, ms: number): boolean => startBy === undefined || ms < startBy;

function expiredOf(look: Look): string | undefined {
  const { startBy } = look;
  if (startBy === undefined || look.nowMs < startBy) return undefined;
  return `it had to start before ${words(look, startBy)}, and never starts late`;
}

function scheduleRows(look: Look): GateRow[] {
  const { schedule } = look.facts;
  if (!schedule) return [];
  const gate = 'schedule';
  const { startBy } = look;
  const late = startBy === undefined ? '' : `, at the latest before ${words(look, startBy)}`;
  const tooLate = tooLateRow(look);
  if (tooLate) return [tooLate];
  if (schedule.at !== undefined && look.at > look.nowMs)
    return [
      { gate, kind: 'waiting', because: `Is to start ${words(look, look.at)}${late}.`, until: iso(look.at) },
    ];
  if (schedule.next && look.slot && look.slot.start > look.nowMs)
    return [
      {
        gate,
        kind: 'waiting',
        because: `Takes the next slot that fits: ${words(look, look.slot.start)}.`,
        until: iso(look.slot.start),
      },
    ];
  return [{ gate, kind: 'allowed', because: `Its time has come${late}.` }];
}

/** Its time may have come, and yet all that is known says that it will not start in time: people can still act on that. */
function tooLateRow(look: Look): GateRow | undefined {
  const { startBy, slot, nowMs } = look;
  if (startBy === undefined || nowMs >= startBy || !slot || inTime(look, slot.start)) return undefined;
  return {
    gate: 'schedule',
    kind: 'waiting',
    because: `Cannot start in time: ${words(look, slot.start)} is the earliest, and it has to start before ${words(look, startBy)}. Reschedule it, or it expires then.`,
    until: iso(startBy),
  };
}

/** Windows: only where there are any in scope, for without one every time is good. */
function windowRows(look: Look): GateRow[] {
  const { open, at, facts } = look;
  const gate = 'window';
  const broken = open.broken.filter(({ rule }) => rule.kind === 'window');
  if (broken[0]) return [cannotTell(gate, broken[0])];
  if (open.windowRules.length === 0) return [];
  if (open.windowOverride)
    return [
      { gate, kind: 'allowed', because: `Needs no window: "${open.windowOverride.rule.id}" was overridden.` },
    ];
  if (open.windows === undefined)
    return [{ gate, kind: 'allowed', because: `Needs no window: it is a ${classWords[facts.actionClass]}.` }];
  const window = holdingAt(open.windows, at);
  if (window)
    return [
      {
        gate,
        kind: 'allowed',
        because: `Open until ${words(look, window.end)} (${namesOf(open.windowRules)}).`,
      },
    ];
  const place = facts.target.environment;
  const opening = nextOpening({ ...open, shut: [] }, at);
  const because =
    opening === undefined
      ? `${place} is outside ${namesOf(open.windowRules)}, and no opening is known.`
      : `${place} is closed until ${words(look, opening)}: outside ${namesOf(open.windowRules)}.`;
  if (open.windowPassage === 'ask') return [askRow(gate, look, { because, rule: open.windowRules[0] })];
  return [shutRow(gate, look, because, nextOpening(open, at))];
}

const namesOf = (rules: readonly CalendarRule[]): string => {
  const names = rules.map(({ id }) => `"${id}"`);
  return `${names.length === 1 ? 'window' : 'windows'} ${names.slice(0, 3).join(', ')}${names.length > 3 ? ` and ${names.length - 3} more` : ''}`;
};

const classWords: Record<ActionClass, string> = {
  planned: 'planned release',
  auto: 'automatic release',
  config: 'change of settings',
  hotfix: 'hotfix',
  rollback: 'rollback',
  automaticRollback: 'automatic rollback',
};

/** Freezes that hold at the instant that is judged; one that is passed is named. */
function freezeRows(look: Look): GateRow[] {
  const { open, at } = look;
  const gate = 'freeze';
  const broken = open.broken.filter(({ rule }) => rule.kind === 'freeze');
  if (broken[0]) return [cannotTell(gate, broken[0])];
  const active = open.closings
    .filter(({ intervals }) => holdingAt(intervals, at) !== undefined)
    .sort((a, b) => strictness[b.passage] - strictness[a.passage]);
  const [strictest] = active;
  if (!strictest) {
    const despite = passedFreezes(look);
    if (despite.length === 0) return [];
    return [{ gate, kind: 'allowed', because: `Goes on despite ${despite.join(' and ')}.` }];
  }
  const end = holdingAt(open.shut, at)?.end ?? Infinity;
  const because = `${freezeSentence(look, strictest.rule, end)}${askedWords(look, strictest.rule)}`;
  if (strictest.passage === 'ask') return [askRow(gate, look, { because, rule: strictest.rule })];
  return [shutRow(gate, look, because, nextOpening(open, at))];
}

/** Somebody let it pass, and that does not count yet: who has to act now, and how. */
function askedWords({ facts }: Look, rule: CalendarRule): string {
  const asked = (facts.asked ?? []).find(
    ({ freezeId, revision }) => freezeId === rule.id && revision === rule.revision,
  );
  if (!asked) return '';
  return ` ${namedIn(facts.names)(asked.by)}'s override waits for a second person: gantry override second ${asked.id}`;
}

function freezeSentence(look: Look, rule: CalendarRule, end: number): string {
  const owner = rule.owner === undefined ? '' : `, owner ${namedIn(look.facts.names)(rule.owner)}`;
  const why = rule.reason === undefined ? '' : `: ${rule.reason}`;
  const place = look.facts.target.environment;
  if (!Number.isFinite(end))
    return rule.stopTheLine
      ? `The line is stopped for ${place} until somebody lifts freeze "${rule.id}"${owner}${why}.`
      : `${place} is frozen without end (freeze "${rule.id}"${owner}${why}).`;
  return `${place} is frozen until ${words(look, end)} (freeze "${rule.id}"${owner}${why}).`;
}

/** `wait` and `deny`: waiting while there is an opening in time, denied where there is none before it has to start. */
function shutRow(gate: string, look: Look, because: string, opening: number | undefined): GateRow {
  if (opening === undefined) return { gate, kind: 'waiting', because };
  if (inTime(look, opening)) return { gate, kind: 'waiting', because, until: iso(opening) };
  return {
    gate,
    kind: 'denied',
    because,
    remedy: `Reschedule it to ${words(look, opening)} or later, or let somebody override.`,
  };
}

const askRow = (
  gate: string,
  look: Look,
  { because, rule }: { because: string; rule: CalendarRule | undefined },
): GateRow => ({
  gate,
  kind: 'needsPeople',
  because: `${because} Somebody must override${rule ? ` ${rule.kind} "${rule.id}"` : ''}.`,
  who: [{ rule: 'override', candidates: [...look.facts.overriders], seats: 1 }],
});

const cannotTell = (gate: string, broken: OpenFacts['broken'][number]): GateRow => ({
  gate,
  kind: 'waiting',
  because: `Cannot tell: ${broken.rule.kind} "${broken.rule.id}" cannot be evaluated (${broken.because}). Mend it or remove it.`,
});

/** Whether there is time enough before it shuts (semantics §1.4, "fit"). */
function fitRows(look: Look): GateRow[] {
  const { open, at, facts } = look;
  const gate = 'fit';
  if (!isOpenAt(open, at)) return [];
  const close = nextClose(open, at);
  const { need } = facts;
  if (close === undefined) return [];
  const left = close - at;
  const room = `${formatDuration(left)} left until ${words(look, close)}`;
  if (need.p90Ms <= left)
    return [{ gate, kind: 'allowed', because: `Fits: needs ${formatDuration(need.p90Ms)}, ${room}.` }];
  const owner = facts.owner === undefined ? [] : [facts.owner];
  if (need.medianMs <= left && facts.proceed?.closesAt === iso(close))
    return [
      {
        gate,
        kind: 'allowed',
        because: `${namedIn(facts.names)(facts.proceed.by)} lets it start although it may not fit: ${facts.proceed.reason}`,
      },
    ];
  if (need.medianMs <= left)
    return [
      {
        gate,
        kind: 'needsPeople',
        because: `May not fit: needs ${formatDuration(need.medianMs)}, at times ${formatDuration(need.p90Ms)}; ${room}.`,
        who: [{ rule: 'owner', candidates: owner, seats: 1 }],
      },
    ];
  const because = `Does not fit: needs ${formatDuration(need.p90Ms)}, ${room}.`;
  if (!look.slot || !inTime(look, look.slot.start))
    return [
      { gate, kind: 'denied', because, remedy: 'Make the window longer or the plan shorter, or override.' },
    ];
  return [{ gate, kind: 'waiting', because, until: iso(look.slot.start) }];
}

function doubtOf(look: Look, verdicts: readonly GateRow[]): Pick<CalendarAnswer, 'doubtfulClose'> {
  const isAsked = verdicts.some(({ gate, kind }) => gate === 'fit' && kind === 'needsPeople');
  const close = isAsked ? nextClose(look.open, look.at) : undefined;
  return close === undefined ? {} : { doubtfulClose: iso(close) };
}

/** What is passed, in words for the log: the entry says "despite" (semantics §1.5). */
function despiteOf(look: Look): string[] {
  const { windowOverride: passed } = look.open;
  if (!passed || holdingAt(passed.times, look.at)) return passedFreezes(look);
  return [...passedFreezes(look), `the closed window "${passed.rule.id}" (overridden)`];
}

/** Freezes that hold now and are passed. */
const passedFreezes = ({ open, at }: Look): string[] =>
  open.passed
    .filter(({ intervals }) => holdingAt(intervals, at) !== undefined)
    .map(({ rule, by }) => `freeze "${rule.id}"${by === 'override' ? ' (overridden)' : ''}`);

/** When the first of the overrides ends that count for something: the freeze that it passes stands again then. */
function overridesEndOf({ open, facts, nowMs }: Look): Pick<CalendarAnswer, 'overridesEndAt'> {
  const passed = open.passed.filter(({ by }) => by === 'override').map(({ rule }) => rule.id);
  const ends = facts.overrides
    .filter(({ freezeId }) => passed.includes(freezeId))
    .map(({ expiresAt }) => Date.parse(expiresAt))
    .filter((ms) => ms > nowMs);
  return ends.length === 0 ? {} : { overridesEndAt: iso(Math.min(...ends)) };
}

const inFlightStrictness: Record<InFlight, number> = { finish: 0, pauseAtStep: 1, abort: 2 };

/** What the freezes that hold now ask of a release between two steps: the strictest wins (semantics §1.5). */
function inFlightOf(look: Look): CalendarAnswer['inFlight'] {
  const active = activeInFlight(look);
  return active?.does === 'abort' ? active : (brokenInFlight(look) ?? active);
}

/** A freeze that cannot be evaluated may hold now: what is half way stays where it is until somebody has mended or passed it. */
function brokenInFlight({ open }: Look): CalendarAnswer['inFlight'] {
  const broken = open.broken.find(({ rule }) => rule.kind === 'freeze');
  if (!broken) return undefined;
  const { rule } = broken;
  return {
    freezeId: rule.id,
    does: 'pauseAtStep',
    maxHoldMs: rule.maxHoldMs ?? usualMaxHoldMs,
    because: cannotTell('freeze', broken).because,
    isBroken: true,
  };
}

function activeInFlight(look: Look): CalendarAnswer['inFlight'] {
  const active = look.open.closings
    .filter(({ intervals }) => holdingAt(intervals, look.nowMs) !== undefined)
    .map(({ rule }) => ({ rule, does: rule.inFlight ?? ('pauseAtStep' as const) }))
    .sort((a, b) => inFlightStrictness[b.does] - inFlightStrictness[a.does]);
  const [strictest] = active;
  if (!strictest) return undefined;
  const end = holdingAt(look.open.shut, look.nowMs)?.end ?? Infinity;
  return {
    freezeId: strictest.rule.id,
    does: strictest.does,
    ...(Number.isFinite(end) ? { until: iso(end) } : {}),
    maxHoldMs: Math.min(...active.map(({ rule }) => rule.maxHoldMs ?? usualMaxHoldMs)),
    because: freezeSentence(look, strictest.rule, end),
  };
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

/** When the time left comes to be too short at p90, then at the median. */
function fitTurns({ open, nowMs, facts }: Look): number[] {
  if (!isOpenAt(open, nowMs)) return [];
  const close = nextClose(open, nowMs);
  return close === undefined ? [] : [close - facts.need.p90Ms + 1, close - facts.need.medianMs + 1, close];
}
