import { namedIn } from '../../release/names.ts';
import type { GateRow } from '../../verdict.ts';
import { holdingAt } from '../intervals.ts';
import { words, type Look } from '../look.ts';
import type { CalendarRule } from '../model.ts';
import { nextOpening, strictness } from '../open.ts';
import { askRow, cannotTell, shutRow } from './shut.ts';

/** Freezes that hold at the instant that is judged; one that is passed is named. */
export function freezeRows(look: Look): GateRow[] {
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

export function freezeSentence(look: Look, rule: CalendarRule, end: number): string {
  const owner = rule.owner === undefined ? '' : `, owner ${namedIn(look.facts.names)(rule.owner)}`;
  const why = rule.reason === undefined ? '' : `: ${rule.reason}`;
  const place = look.facts.target.environment;
  if (!Number.isFinite(end))
    return rule.stopTheLine
      ? `The line is stopped for ${place} until somebody lifts freeze "${rule.id}"${owner}${why}.`
      : `${place} is frozen without end (freeze "${rule.id}"${owner}${why}).`;
  return `${place} is frozen until ${words(look, end)} (freeze "${rule.id}"${owner}${why}).`;
}

/** Freezes that hold now and are passed. */
export const passedFreezes = ({ open, at }: Look): string[] =>
  open.passed
    .filter(({ intervals }) => holdingAt(intervals, at) !== undefined)
    .map(({ rule, by }) => `freeze "${rule.id}"${by === 'override' ? ' (overridden)' : ''}`);
