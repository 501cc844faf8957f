import { parseDuration } from '../policy/duration.ts';
import { listOf } from '../list-of.ts';
import {
  actionClasses,
  type CalendarRule,
  type CalendarScope,
  type CalendarTimes,
  type InFlight,
  type Passage,
} from './model.ts';
import { passageOf } from './open.ts';
import { localText, scopeText, timesText } from './rule-words.ts';

/**
 * Whether a freeze that was changed may stop something that it let through before: it lasts longer, reaches further or is
 * harder on somebody. Overrides of the state before are void then (semantics §1.5). What cannot be proven milder is not.
 */
export const isStricter = (before: CalendarRule, after: CalendarRule): boolean =>
  isLonger(before, after) || isWider(before.scope, after.scope) || isHarder(before, after);

/** To wait and to be denied differ in words only. */
const strictness: Record<Passage, number> = { allow: 0, ask: 1, wait: 2, deny: 2 };
const inFlightStrictness: Record<InFlight, number> = { finish: 0, pauseAtStep: 1, abort: 2 };

const isHarder = (before: CalendarRule, after: CalendarRule): boolean =>
  inFlightStrictness[inFlightOf(after)] > inFlightStrictness[inFlightOf(before)] ||
  actionClasses.some((name) => strictness[passageOf(after, name)] > strictness[passageOf(before, name)]);

const inFlightOf = (rule: CalendarRule): InFlight => rule.inFlight ?? 'pauseAtStep';

const isWider = (before: CalendarScope, after: CalendarScope): boolean =>
  isWiderList(before.services, after.services) ||
  isWiderList(before.environments, after.environments) ||
  isWiderList(before.labels, after.labels);

/** An empty list means all of them. */
const isWiderList = (before: readonly string[], after: readonly string[]): boolean =>
  before.length > 0 && (after.length === 0 || after.some((name) => !before.includes(name)));

const isSameSet = (a: readonly string[], b: readonly string[]): boolean =>
  a.length === b.length && a.every((name) => b.includes(name));

function isLonger(before: CalendarTimes, after: CalendarTimes): boolean {
  if (isSameTimes(before, after)) return false;
  if (before.zone !== after.zone) return true;
  if (before.from !== undefined && after.from !== undefined)
    return after.from < before.from || endOf(after) > endOf(before);
  const isSameRhythm =
    before.start === after.start && before.rrule === after.rrule && after.start !== undefined;
  const keepsGaps = (before.exdates ?? []).every((date) => (after.exdates ?? []).includes(date));
  return !(isSameRhythm && keepsGaps && isNoLongerEach(before, after));
}

/** Local date-times sort as text; without end is after all of them. */
const endOf = ({ to }: CalendarTimes): string => to ?? '~';

function isNoLongerEach(before: CalendarTimes, after: CalendarTimes): boolean {
  if (before.endLocal !== undefined || after.endLocal !== undefined)
    return before.endLocal === after.endLocal && before.duration === after.duration;
  const [old, now] = [parseDuration(before.duration ?? ''), parseDuration(after.duration ?? '')];
  // A day by the clock is no fixed time, so it is compared with nothing but days.
  const isAlike = hasDays(before.duration) === hasDays(after.duration);
  return isAlike && old !== undefined && now !== undefined && now <= old;
}

const hasDays = (duration = ''): boolean => /[dDW]/.test(duration);

const isSameTimes = (a: CalendarTimes, b: CalendarTimes): boolean =>
  a.zone === b.zone &&
  a.start === b.start &&
  a.rrule === b.rrule &&
  a.duration === b.duration &&
  a.endLocal === b.endLocal &&
  a.from === b.from &&
  a.to === b.to &&
  isSameSet(a.exdates ?? [], b.exdates ?? []);

/** What is different now, as the rest of a sentence that begins with the rule: `is lengthened to 5 Dec 2026 00:00`. */
export function ruleChangeWords(before: CalendarRule, after: CalendarRule): string[] {
  return [
    ...timeWords(before, after),
    ...(isSameScope(before.scope, after.scope) ? [] : [`now concerns ${scopeText(after.scope)}`]),
    ...passageWords(before, after),
    ...(inFlightOf(before) === inFlightOf(after) ? [] : [inFlightWords[inFlightOf(after)]]),
    ...(before.maxHoldMs === after.maxHoldMs ? [] : ['lets people decide after another time']),
    ...(before.stopTheLine === after.stopTheLine
      ? []
      : [after.stopTheLine ? 'now stops the line' : 'no longer stops the line']),
    ...(before.owner === after.owner ? [] : [`now belongs to ${after.owner ?? 'nobody'}`]),
    ...(before.reason === after.reason
      ? []
      : [after.reason === undefined ? 'has no reason any more' : `has the reason "${after.reason}"`]),
  ];
}

const isSameScope = (a: CalendarScope, b: CalendarScope): boolean =>
  isSameSet(a.services, b.services) &&
  isSameSet(a.environments, b.environments) &&
  isSameSet(a.labels, b.labels);

function timeWords(before: CalendarTimes, after: CalendarTimes): string[] {
  if (isSameTimes(before, after)) return [];
  const isOneSpan = before.zone === after.zone && before.from !== undefined && after.from !== undefined;
  if (!isOneSpan || before.from !== after.from) return [`is moved: ${timesText(after)}`];
  const until = after.to === undefined ? 'and has no end' : `to ${localText(after.to)}`;
  return [`is ${endOf(after) > endOf(before) ? 'lengthened' : 'shortened'} ${until}`];
}

const inFlightWords: Record<InFlight, string> = {
  finish: 'lets what is under way finish',
  pauseAtStep: 'stops what is under way at its next step',
  abort: 'aborts what is under way',
};

const classWords: Record<(typeof actionClasses)[number], string> = {
  planned: 'planned releases',
  auto: 'automatic promotions',
  config: 'changes of settings',
  hotfix: 'hotfixes',
  rollback: 'rollbacks by people',
  automaticRollback: 'automatic rollbacks',
};
const passes: Record<Passage, string> = {
  allow: 'lets',
  ask: 'asks people about',
  wait: 'holds',
  deny: 'stops',
};

function passageWords(before: CalendarRule, after: CalendarRule): string[] {
  const changed = actionClasses.filter((name) => before.passage?.[name] !== after.passage?.[name]);
  const byPassage = new Map<Passage | 'default', string[]>();
  for (const name of changed) {
    const passage = after.passage?.[name] ?? 'default';
    byPassage.set(passage, [...(byPassage.get(passage) ?? []), classWords[name]]);
  }
  return [...byPassage].map(([passage, names]) =>
    passage === 'default'
      ? `treats ${listOf(names, 'and')} as usual again`
      : `now ${passes[passage]} ${listOf(names, 'and')}${passage === 'allow' ? ' pass' : ''}`,
  );
}
