import type { Interval } from './intervals.ts';
import type { Reservation } from './model.ts';
import { horizonMs, nextClose, nextOpening, type OpenFacts } from './open.ts';

/** Why an opening is no slot. */
export interface Missed {
  start: number;
  end: number | undefined;
  because: 'tooShort' | 'reserved' | 'dependency';
  /** The reservation that stands in the way. */
  reservation?: Reservation;
}

export interface SlotFacts {
  open: OpenFacts;
  /** Reservations of others that concern the same environment and services. */
  foreign: readonly Reservation[];
  /** Everything that is waited for is expected to be there at this instant; Infinity where nobody knows. */
  readyAt: number;
}

/**
 * The earliest start from `from` on with `[start, start + needMs)` open, without a foreign reservation in it, and not before
 * what is waited for (semantics §1.4, `nextFreeSlot`). `missed` are the openings before it that do not fit.
 */
export function nextFreeSlot(
  facts: SlotFacts,
  from: number,
  needMs: number,
): { slot?: Interval; missed: Missed[] } {
  const missed: Missed[] = [];
  if (!Number.isFinite(facts.readyAt)) return { missed };
  const limit = from + horizonMs;
  const reserved = facts.foreign.map((one) => ({
    one,
    start: Date.parse(one.start),
    end: Date.parse(one.end),
  }));
  let at = Math.max(from, facts.readyAt);
  if (at > from) {
    const opening = nextOpening(facts.open, from);
    if (opening !== undefined && opening < at)
      missed.push({ start: opening, end: nextClose(facts.open, opening), because: 'dependency' });
  }
  while (at < limit) {
    const opening = nextOpening(facts.open, at);
    if (opening === undefined) return { missed };
    const close = nextClose(facts.open, opening);
    if (close !== undefined && close - opening < needMs) {
      missed.push({ start: opening, end: close, because: 'tooShort' });
      at = close;
      continue;
    }
    const other = reserved.find(({ start, end }) => start < opening + needMs && opening < end);
    if (!other) return { slot: { start: opening, end: opening + needMs }, missed };
    missed.push({ start: opening, end: close, because: 'reserved', reservation: other.one });
    at = other.end;
  }
  return { missed };
}

/** The next `count` slots, each in another opening or after another reservation. */
export function nextFreeSlots(
  facts: SlotFacts,
  from: number,
  needMs: number,
  count: number,
): { slots: Interval[]; missed: Missed[] } {
  const slots: Interval[] = [];
  const missed: Missed[] = [];
  let at = from;
  while (slots.length < count) {
    const found = nextFreeSlot(facts, at, needMs);
    missed.push(...found.missed);
    if (!found.slot) break;
    slots.push(found.slot);
    const close = nextClose(facts.open, found.slot.start);
    if (close === undefined) at = found.slot.end;
    else at = close;
  }
  return { slots, missed };
}
