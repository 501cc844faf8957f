import { listOf } from '../list-of.ts';
import { instantWords } from './instant-words.ts';
import { holdingAt } from './intervals.ts';
import type { ActionClass, CalendarRule, Occurrence, Passage } from './model.ts';
import { nextOccurrences } from './occurrences.ts';
import {
  intervalsOf,
  isOpenAt,
  nextClose,
  nextOpening,
  openFacts,
  strictness,
  type Closing,
  type OpenFacts,
} from './open.ts';
import { ruleTitle } from './rule-words.ts';

/** A set of rules and an instant; nothing of it needs to be in the record. */
export interface EvaluationAsk {
  rules: readonly CalendarRule[];
  actionClass: ActionClass;
  /** What is left out is not compared: then every rule counts, whatever of it its scope names. */
  about: { service?: string; environment?: string; labels?: readonly string[] };
  /** Instant. */
  now: string;
  /** Zone of the sentences. */
  zone: string;
  /** How many occurrences of each rule. */
  count: number;
}

interface Evaluation {
  open: boolean;
  /** What the strictest rule that shuts means for this class of action; `allow` where it is open. */
  passage: Passage;
  because: string;
  /** The earliest instant from `now` on at which it is open, `now` itself where it is; null where none is known in 400 days. */
  nextOpening: string | null;
  /** When that opening ends; null where it does not end in 400 days, or none is known. */
  nextClose: string | null;
  /** The next ones of each rule, in order of their starts. */
  occurrences: (Occurrence & { kind: CalendarRule['kind'] })[];
}

/** What these rules say at `now` (semantics §1.4, §1.5). A rule that cannot be evaluated shuts, and the sentence says so. */
export function evaluateCalendar(ask: EvaluationAsk): Evaluation {
  const now = Date.parse(ask.now);
  const { service = '', environment = '', labels = [] } = ask.about;
  const facts = factsFor({
    rules: ask.rules.map((rule) => ({ ...rule, scope: comparedScope(rule, ask.about) })),
    target: { environment, environmentLabels: labels, services: [{ service, labels }] },
    actionClass: ask.actionClass,
    overrides: [],
    from: now,
  });
  const say = (ms: number): string => instantWords(new Date(ms).toISOString(), ask.zone, ask.now);
  const opening = nextOpening(facts, now);
  const close = opening === undefined ? undefined : nextClose(facts, opening);
  const open = isOpenAt(facts, now);
  const stated = open
    ? { passage: 'allow' as const, because: openSentence(facts, ask.actionClass, now, close, say) }
    : closedAt(facts, now, say);
  const later =
    open || facts.broken.length > 0
      ? ''
      : opening === undefined
        ? ' No opening is known within 400 days.'
        : ` It opens ${say(opening)}.`;
  return {
    open,
    passage: stated.passage,
    because: `${stated.because}${later}`,
    nextOpening: opening === undefined ? null : new Date(opening).toISOString(),
    nextClose: close === undefined ? null : new Date(close).toISOString(),
    occurrences: ask.rules
      .flatMap((rule) => upcoming(rule, ask))
      .sort((a, b) => Date.parse(a.start) - Date.parse(b.start)),
  };
}

const day = 86_400_000;

/**
 * The rules as far ahead as the next opening and its end, and no further where these are near: every start that is worked out
 * takes time in which nobody else is answered.
 */
function factsFor(o: Parameters<typeof openFacts>[0]): OpenFacts {
  const near = openFacts({ ...o, horizonMs: 40 * day });
  const opening = nextOpening(near, o.from);
  const close = opening === undefined ? undefined : nextClose(near, opening);
  const isKnown = near.broken.length > 0 || (close !== undefined && close < o.from + 38 * day);
  return isKnown ? near : openFacts(o);
}

/** The parts of a scope that there is something to compare with. */
const comparedScope = ({ scope }: CalendarRule, about: EvaluationAsk['about']): CalendarRule['scope'] => ({
  services: about.service === undefined ? [] : scope.services,
  environments: about.environment === undefined ? [] : scope.environments,
  labels: about.labels === undefined ? [] : scope.labels,
});

function upcoming(rule: CalendarRule, { now, count }: EvaluationAsk): Evaluation['occurrences'] {
  try {
    return nextOccurrences(rule, now, count).map((one) => ({ ...one, kind: rule.kind }));
  } catch {
    return []; // the sentence names it already
  }
}

function closedAt(
  facts: OpenFacts,
  now: number,
  say: (ms: number) => string,
): { passage: Passage; because: string } {
  const [broken] = facts.broken;
  if (broken)
    return {
      passage: 'deny',
      because: `Closed, because ${ruleTitle(broken.rule)} cannot be evaluated: ${broken.because}.`,
    };
  const freeze = strictestAt(facts.closings, now);
  const windows = facts.windowRules.map(({ id }) => id);
  if (!freeze)
    return {
      passage: facts.windowPassage,
      because: `Closed: ${windows.length === 1 ? 'window' : 'none of the windows'} ${listOf(windows, 'and')} is ${windows.length === 1 ? 'not ' : ''}open.${asks(facts.windowPassage)}`,
    };
  const until = Number.isFinite(freeze.end) ? `until ${say(freeze.end)}` : 'without end';
  const { reason } = freeze.rule;
  const why = reason === undefined ? '' : `: ${reason.replace(/[.\s]+$/, '')}`;
  return {
    passage: freeze.passage,
    because: `Closed by ${ruleTitle(freeze.rule)} ${until}${why}.${asks(freeze.passage)}`,
  };
}

const asks = (passage: Passage): string =>
  passage === 'ask' ? ' Somebody who may override it can let this pass.' : '';

/** The freeze in force that is hardest; of equals the one that ends last. */
function strictestAt(closings: readonly Closing[], now: number): (Closing & { end: number }) | undefined {
  const inForce = closings.flatMap((closing) => {
    const ends = closing.intervals
      .filter(({ start, end }) => start <= now && now < end)
      .map(({ end }) => end);
    return ends.length === 0 ? [] : [{ ...closing, end: Math.max(...ends) }];
  });
  return inForce.sort((a, b) => strictness[b.passage] - strictness[a.passage] || b.end - a.end)[0];
}

function openSentence(
  facts: OpenFacts,
  actionClass: ActionClass,
  now: number,
  close: number | undefined,
  say: (ms: number) => string,
): string {
  const passed = facts.passed.filter(({ intervals }) =>
    intervals.some(({ start, end }) => start <= now && now < end),
  );
  const despite =
    passed.length === 0
      ? ''
      : ` ${passed.map(({ rule }) => ruleTitle(rule)).join(' and ')} ${passed.length === 1 ? 'lets' : 'let'} the class ${actionClass} pass.`;
  const until = close === undefined ? '' : ` It closes ${say(close)}.`;
  return `${whyOpen(facts, actionClass, now)}${despite}${until}`;
}

function whyOpen(facts: OpenFacts, actionClass: ActionClass, now: number): string {
  if (facts.windowRules.length === 0)
    return facts.closings.length === 0 && facts.passed.length === 0
      ? 'Open: no rule is about it.'
      : 'Open: no window is about it, and no freeze shuts it now.';
  if (facts.windows === undefined) return `Open: the class ${actionClass} needs no window.`;
  const open = facts.windowRules.filter((rule) => holdingAt(intervalsOf(rule, now, now + 1), now));
  const names = listOf(
    open.map(({ id }) => id),
    'and',
  );
  return open.length === 1 ? `Open: window ${names} is open.` : `Open: the windows ${names} are open.`;
}
