import { durationMs } from '../policy/duration.ts';
import type { CalendarRule, Occurrence, OccurrenceMark } from './model.ts';
import { calendarMs, laterLocal, localStarts } from './recurrence.ts';
import { addDays, atClock, instantOf, localOf, resolveLocal, type LocalRole } from './resolve-local.ts';

const day = 86_400_000;

/** An occurrence in epoch milliseconds; `end` is Infinity where it has none. A vanished one has `end <= start`. */
export interface Span {
  start: number;
  end: number;
  localStart: string;
  localEnd?: string;
  marks: OccurrenceMark[];
}

/** The calendar part and the elapsed part of a length (semantics §1.1, "duration"). */
export function splitDuration(text: string): { days: number; ms: number } {
  const isIso = text.startsWith('P');
  const dates = isIso ? (text.split('T')[0] ?? '') : text;
  const weeks = isIso ? Number(/(\d+)W/.exec(dates)?.[1] ?? 0) : 0;
  const days = weeks * 7 + Number((isIso ? /(\d+)D/ : /(\d+)d/).exec(dates)?.[1] ?? 0);
  return { days, ms: durationMs(text) - days * day };
}

/** How long at most an occurrence of this rule lasts, in milliseconds: how far back one may begin that still holds. */
function reachMs(rule: CalendarRule): number {
  if (rule.endLocal !== undefined) return 2 * day;
  if (rule.duration !== undefined) return durationMs(rule.duration) + 2 * day;
  return 2 * day;
}

/** All occurrences that meet `[from, to)`, in order of their starts. Throws where the rule makes no sense. */
export function spansOf(rule: CalendarRule, from: number, to: number): Span[] {
  const spans = startsBetween(rule, from - reachMs(rule), to).map((local) => spanAt(rule, local));
  const effective = rule.effectiveFrom === undefined ? -Infinity : Date.parse(rule.effectiveFrom);
  return spans
    .map((span) => (span.start < effective && effective < span.end ? { ...span, start: effective } : span))
    .filter((span) => span.end > effective)
    .filter((span) => span.start < to && (span.end > from || isVanished(span)));
}

export const isVanished = (span: Span): boolean => span.marks.includes('vanished');

function startsBetween(rule: CalendarRule, from: number, to: number): string[] {
  const single = rule.from ?? (rule.rrule === undefined ? rule.start : undefined);
  if (single !== undefined) return [single.length === 16 ? `${single}:00` : single];
  const { start, rrule } = rule;
  if (start === undefined || rrule === undefined) throw new RangeError(`rule ${rule.id} has no start`);
  // The wall clock is at most a day away from UTC.
  const localFrom = new Date(from - day).toISOString().slice(0, 19);
  const localTo = new Date(to + day).toISOString().slice(0, 19);
  return localStarts(
    { start, rrule, ...(rule.exdates ? { exdates: rule.exdates } : {}) },
    localFrom,
    localTo,
  );
}

/** The occurrence that begins at a local time. */
function spanAt(rule: CalendarRule, local: string): Span {
  const start = resolveLocal(local, rule.zone);
  const end = endOf(rule, local, start.ms);
  const marks: OccurrenceMark[] = [...new Set([start.mark, end.mark])].filter((mark) => mark !== undefined);
  if (end.ms <= start.ms) marks.push('vanished');
  return {
    start: start.ms,
    end: end.ms,
    localStart: local,
    ...(end.local === undefined ? {} : { localEnd: end.local }),
    marks,
  };
}

function endOf(
  rule: CalendarRule,
  local: string,
  startMs: number,
): { ms: number; local?: string; mark?: Exclude<OccurrenceMark, 'vanished'> } {
  const role: LocalRole = rule.kind === 'freeze' ? 'endOfFreeze' : 'endOfWindow';
  if (rule.from !== undefined) {
    if (rule.to === undefined) return { ms: Infinity };
    return { ...resolveLocal(rule.to, rule.zone, role), local: rule.to };
  }
  if (rule.endLocal !== undefined) {
    const sameDay = atClock(local, rule.endLocal);
    const end = calendarMs(sameDay) <= calendarMs(local) ? laterLocal(sameDay, 1) : sameDay;
    return { ...resolveLocal(end, rule.zone, role), local: end };
  }
  const { days, ms } = splitDuration(rule.duration ?? '');
  const base = days === 0 ? startMs : resolveLocal(addDays(local, days), rule.zone).ms;
  return { ms: base + ms, local: localOf(base + ms, rule.zone) };
}

/** An occurrence as others see it. */
export const occurrenceOf = (rule: CalendarRule, span: Span): Occurrence => ({
  ruleId: rule.id,
  start: instantOf(span.start),
  ...(Number.isFinite(span.end) ? { end: instantOf(span.end) } : {}),
  localStart: span.localStart,
  ...(span.localEnd === undefined ? {} : { localEnd: span.localEnd }),
  marks: span.marks,
});

/** The occurrences that meet `[from, to)`, vanished ones included; instants. */
export const occurrences = (rule: CalendarRule, from: string, to: string): Occurrence[] =>
  spansOf(rule, Date.parse(from), Date.parse(to)).map((span) => occurrenceOf(rule, span));

/** The next `count` occurrences that have not ended at `now`, within 5 years, vanished ones included: what a preview shows. */
export function nextOccurrences(rule: CalendarRule, now: string, count: number): Occurrence[] {
  const from = Date.parse(now);
  const first = rule.start === undefined ? from : Math.max(from, calendarMs(rule.start) - 2 * day);
  for (const days of [40, 400, 1_900]) {
    const found = spansOf(rule, from, first + days * day);
    if (found.length >= count || days === 1_900)
      return found.slice(0, count).map((span) => occurrenceOf(rule, span));
  }
  return [];
}
