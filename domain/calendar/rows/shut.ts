import type { GateRow } from '../../verdict.ts';
import { inTime, iso, words, type Look } from '../look.ts';
import type { CalendarRule } from '../model.ts';
import type { OpenFacts } from '../open.ts';

/** `wait` and `deny`: waiting while there is an opening in time, denied where there is none before it has to start. */
export function shutRow(gate: string, look: Look, because: string, opening: number | undefined): GateRow {
  if (opening === undefined) return { gate, kind: 'waiting', because };
  if (inTime(look, opening)) return { gate, kind: 'waiting', because, until: iso(opening) };
  return {
    gate,
    kind: 'denied',
    because,
    remedy: `Reschedule it to ${words(look, opening)} or later, or let somebody override.`,
  };
}

export const askRow = (
  gate: string,
  look: Look,
  { because, rule }: { because: string; rule: CalendarRule | undefined },
): GateRow => ({
  gate,
  kind: 'needsPeople',
  because: `${because} Somebody must override${rule ? ` ${rule.kind} "${rule.id}"` : ''}.`,
  who: [{ rule: 'override', candidates: [...look.facts.overriders], seats: 1 }],
});

export const cannotTell = (gate: string, broken: OpenFacts['broken'][number]): GateRow => ({
  gate,
  kind: 'waiting',
  because: `Cannot tell: ${broken.rule.kind} "${broken.rule.id}" cannot be evaluated (${broken.because}). Mend it or remove it.`,
});
