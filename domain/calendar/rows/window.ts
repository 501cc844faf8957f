import type { GateRow } from '../../verdict.ts';
import { holdingAt } from '../intervals.ts';
import { words, type Look } from '../look.ts';
import type { ActionClass, CalendarRule } from '../model.ts';
import { horizonMs, nextOpening } from '../open.ts';
import { askRow, cannotTell, shutRow } from './shut.ts';

/** Windows: only where there are any in scope, for without one every time is good. */
export function windowRows(look: Look): GateRow[] {
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
        because: `${openFor(look, window.end)} (${namesOf(open.windowRules)}).`,
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

/** Beyond the horizon windows are not worked out, so that an end there is none that is known. */
function openFor(look: Look, end: number): string {
  if (end < look.nowMs + horizonMs) return `Open until ${words(look, end)}`;
  return Number.isFinite(end) ? 'Open, with no end within 400 days' : 'Open without end';
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
