import { formatDuration } from '../../policy/duration.ts';
import { namedIn } from '../../release/names.ts';
import type { GateRow } from '../../verdict.ts';
import { inTime, iso, words, type Look } from '../look.ts';
import type { CalendarAnswer } from '../model.ts';
import { isOpenAt, nextClose } from '../open.ts';

/** Whether there is time enough before it shuts (semantics §1.4, "fit"). */
export function fitRows(look: Look): GateRow[] {
  const { open, at, facts } = look;
  const { medianMs, p90Ms } = facts.need;
  const close = isOpenAt(open, at) ? nextClose(open, at) : undefined;
  if (close === undefined) return [];
  const left = close - at;
  const room = `${formatDuration(left)} left until ${words(look, close)}`;
  if (p90Ms <= left)
    return [{ gate: 'fit', kind: 'allowed', because: `Fits: needs ${formatDuration(p90Ms)}, ${room}.` }];
  return [medianMs <= left ? doubtfulRow(look, close, room) : misfitRow(look, room)];
}

/** It mostly fits, so its owner may let it start. */
function doubtfulRow({ facts }: Look, close: number, room: string): GateRow {
  const { need, owner, proceed, names } = facts;
  const gate = 'fit';
  if (proceed?.closesAt === iso(close))
    return {
      gate,
      kind: 'allowed',
      because: `${namedIn(names)(proceed.by)} lets it start although it may not fit: ${proceed.reason}`,
    };
  return {
    gate,
    kind: 'needsPeople',
    because: `May not fit: needs ${formatDuration(need.medianMs)}, at times ${formatDuration(need.p90Ms)}; ${room}.`,
    who: [{ rule: 'owner', candidates: owner === undefined ? [] : [owner], seats: 1 }],
  };
}

function misfitRow(look: Look, room: string): GateRow {
  const { slot, facts } = look;
  const gate = 'fit';
  const because = `Does not fit: needs ${formatDuration(facts.need.p90Ms)}, ${room}.`;
  return slot && inTime(look, slot.start)
    ? { gate, kind: 'waiting', because, until: iso(slot.start) }
    : { gate, kind: 'denied', because, remedy: 'Make the window longer or the plan shorter, or override.' };
}

/** The end before which it may not fit, while its owner is asked. */
export function doubtOf(look: Look, verdicts: readonly GateRow[]): Pick<CalendarAnswer, 'doubtfulClose'> {
  const isAsked = verdicts.some(({ gate, kind }) => gate === 'fit' && kind === 'needsPeople');
  const close = isAsked ? nextClose(look.open, look.at) : undefined;
  return close === undefined ? {} : { doubtfulClose: iso(close) };
}

/** When the time left comes to be too short at p90, then at the median. */
export function fitTurns({ open, nowMs, facts }: Look): number[] {
  if (!isOpenAt(open, nowMs)) return [];
  const close = nextClose(open, nowMs);
  return close === undefined ? [] : [close - facts.need.p90Ms + 1, close - facts.need.medianMs + 1, close];
}
