import type { CalendarRule } from '../../../domain/calendar/model.ts';
import { ruleChangeWords } from '../../../domain/calendar/rule-change.ts';
import { ruleTitle, scopeText, timesText } from '../../../domain/calendar/rule-words.ts';
import { withStop } from '../../../domain/full-stop.ts';
import { listOf } from '../../../domain/list-of.ts';

/** `ana added freeze black-friday for production, from 26 Nov 2026 00:00 to 1 Dec 2026 00:00 (Europe/Berlin).` */
export function addedSentence(rule: CalendarRule, by: string): string {
  if (rule.stopTheLine) return `${by} stopped the line for ${scopeText(rule.scope)}.`;
  return `${by} added ${ruleTitle(rule)} for ${scopeText(rule.scope)}, ${timesText(rule)}.`;
}

/** `ana changed freeze black-friday: it is lengthened to 5 Dec 2026 00:00.` */
export function changedSentence(before: CalendarRule, after: CalendarRule, by: string): string {
  const words = ruleChangeWords(before, after);
  return `${by} changed ${ruleTitle(after)}${words.length === 0 ? '' : `: it ${listOf(words, 'and')}`}.`;
}

/** `ana lifted freeze black-friday: the sale is over.` */
export const liftedSentence = (rule: CalendarRule, by: string, reason: string): string =>
  `${by} lifted ${ruleTitle(rule)}: ${withStop(reason)}`;
