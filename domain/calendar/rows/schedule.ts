import type { GateRow } from '../../verdict.ts';
import { inTime, iso, words, type Look } from '../look.ts';

export function scheduleRows(look: Look): GateRow[] {
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
