import { holdingAt, firstAfter, merged, type Interval } from './intervals.ts';
import type { ActionClass, CalendarOverride, CalendarRule, CalendarScope, Passage } from './model.ts';
import { isVanished, spansOf } from './occurrences.ts';

const day = 86_400_000;
/** How far is looked ahead (semantics §1.4). */
export const horizonMs = 400 * day;

/** What a rule may be about: services in one environment, with the labels of each. */
export interface Target {
  environment: string;
  environmentLabels: readonly string[];
  services: readonly { service: string; labels: readonly string[] }[];
}

/** Whether a rule of this scope is about any of the services there. */
export const inScope = (scope: CalendarScope, target: Target): boolean =>
  target.services.some(
    ({ service, labels }) =>
      (scope.services.length === 0 || scope.services.includes(service)) &&
      (scope.environments.length === 0 || scope.environments.includes(target.environment)) &&
      (scope.labels.length === 0 ||
        scope.labels.some((label) => labels.includes(label) || target.environmentLabels.includes(label))),
  );

const byWindow: Record<ActionClass, Passage> = {
  planned: 'wait',
  auto: 'wait',
  config: 'wait',
  hotfix: 'ask',
  rollback: 'allow',
  automaticRollback: 'allow',
};
const byFreeze: Record<ActionClass, Passage> = {
  planned: 'deny',
  auto: 'deny',
  config: 'ask',
  hotfix: 'ask',
  rollback: 'allow',
  automaticRollback: 'allow',
};
const byStopTheLine: Record<ActionClass, Passage> = {
  planned: 'deny',
  auto: 'deny',
  config: 'deny',
  hotfix: 'ask',
  rollback: 'allow',
  automaticRollback: 'ask',
};

/** What it means for a class of action that a rule shuts (semantics §1.5): its own setting, else the default. */
export function passageOf(rule: CalendarRule, actionClass: ActionClass): Passage {
  const own =
    rule.passage?.[actionClass] ?? (actionClass === 'automaticRollback' ? rule.passage?.rollback : undefined);
  if (own !== undefined) return own;
  if (rule.kind === 'window') return byWindow[actionClass];
  return rule.stopTheLine ? byStopTheLine[actionClass] : byFreeze[actionClass];
}

export const strictness: Record<Passage, number> = { allow: 0, ask: 1, wait: 2, deny: 3 };

/** Spans of rules that were expanded before, by rule and revision: expanding is what costs. */
export type SpanCache = Map<string, { from: number; to: number; spans: Interval[] }>;

/** The spans of a rule that meet `[from, to)`. A cached expansion reaches further on both sides, so that it serves for a while. */
export function intervalsOf(rule: CalendarRule, from: number, to: number, cache?: SpanCache): Interval[] {
  const plain = (a: number, b: number): Interval[] =>
    spansOf(rule, a, b)
      .filter((span) => !isVanished(span))
      .map(({ start, end }) => ({ start, end }));
  if (!cache) return plain(from, to);
  const key = `${rule.kind}/${rule.id}/${rule.revision}`;
  const known = cache.get(key);
  const held =
    known && known.from <= from && known.to >= to ? known : { from: from - 40 * day, to: to + 40 * day };
  if ('spans' in held) return held.spans;
  const spans = plain(held.from, held.to);
  cache.set(key, { ...held, spans });
  return spans;
}

/** A freeze with its times, as it stands in somebody's way. */
export interface Closing {
  rule: CalendarRule;
  intervals: Interval[];
  passage: Passage;
}

/** What may open and shut for one class of action at one place, between two instants. */
export interface OpenFacts {
  /** Merged times of the windows in scope; absent where no window is in scope or the class does not need one. */
  windows?: Interval[];
  windowRules: CalendarRule[];
  windowPassage: Passage;
  /** A window in scope that was overridden, and the times of all of them: they close for this release no more. */
  windowOverride?: { rule: CalendarRule; times: Interval[] };
  /** Freezes in scope that shut for this class, those that were overridden left out. */
  closings: Closing[];
  /** Merged times of all closings. */
  shut: Interval[];
  /** Freezes in scope that this class or an override passes. */
  passed: { rule: CalendarRule; intervals: Interval[]; by: 'class' | 'override' }[];
  /** Rules that could not be evaluated: they shut. */
  broken: { rule: CalendarRule; because: string }[];
}

/** Reads the rules for one target and class, from `from` (epoch milliseconds) as far as is looked ahead. */
export function openFacts(o: {
  rules: readonly CalendarRule[];
  target: Target;
  actionClass: ActionClass;
  overrides: readonly CalendarOverride[];
  from: number;
  /** How far is looked ahead, milliseconds; left out: as far as any answer needs. */
  horizonMs?: number;
  cache?: SpanCache;
}): OpenFacts {
  const to = o.from + (o.horizonMs ?? horizonMs);
  const facts: OpenFacts = {
    windowRules: [],
    windowPassage: 'allow',
    closings: [],
    shut: [],
    passed: [],
    broken: [],
  };
  const windows: Interval[] = [];
  for (const rule of o.rules) {
    if (!inScope(rule.scope, o.target)) continue;
    try {
      const intervals = intervalsOf(rule, o.from, to, o.cache);
      if (rule.kind === 'window') {
        facts.windowRules.push(rule);
        windows.push(...intervals);
        const passage = passageOf(rule, o.actionClass);
        if (strictness[passage] > strictness[facts.windowPassage]) facts.windowPassage = passage;
      } else addFreeze(facts, { rule, intervals, passage: passageOf(rule, o.actionClass) }, o.overrides);
    } catch (error) {
      addBroken(facts, rule, error, o);
    }
  }
  if (facts.windowRules.length > 0 && facts.windowPassage !== 'allow') {
    const rule = facts.windowRules.find((one) => isOverridden(one, o.overrides));
    if (rule) facts.windowOverride = { rule, times: merged(windows) };
    else facts.windows = merged(windows);
  }
  facts.shut = merged(facts.closings.flatMap(({ intervals }) => intervals));
  return facts;
}

/** An override is for one state of a rule: a change makes it void. */
const isOverridden = (rule: CalendarRule, overrides: readonly CalendarOverride[]): boolean =>
  overrides.some(({ freezeId, revision }) => freezeId === rule.id && revision === rule.revision);

function addFreeze(facts: OpenFacts, closing: Closing, overrides: readonly CalendarOverride[]): void {
  const { rule, intervals, passage } = closing;
  if (passage === 'allow') facts.passed.push({ rule, intervals, by: 'class' });
  else if (isOverridden(rule, overrides)) facts.passed.push({ rule, intervals, by: 'override' });
  else facts.closings.push(closing);
}

/** What it passes at any time needs not be evaluated: nobody is kept from going back by a rule that nobody can read. */
function addBroken(
  facts: OpenFacts,
  rule: CalendarRule,
  error: unknown,
  { actionClass, overrides }: { actionClass: ActionClass; overrides: readonly CalendarOverride[] },
): void {
  const always = [{ start: -Infinity, end: Infinity }];
  if (passageOf(rule, actionClass) === 'allow') {
    if (rule.kind === 'freeze') facts.passed.push({ rule, intervals: always, by: 'class' });
  } else if (rule.kind === 'freeze' && isOverridden(rule, overrides))
    facts.passed.push({ rule, intervals: always, by: 'override' });
  else facts.broken.push({ rule, because: error instanceof Error ? error.message : String(error) });
}

/** No freeze that shuts holds, and no window is asked for or one holds. A rule that cannot be evaluated shuts. */
export const isOpenAt = (facts: OpenFacts, ms: number): boolean =>
  facts.broken.length === 0 &&
  holdingAt(facts.shut, ms) === undefined &&
  (facts.windows === undefined || holdingAt(facts.windows, ms) !== undefined);

/** The earliest instant from `ms` on at which it is open; undefined where none is known within 400 days. */
export function nextOpening(facts: OpenFacts, ms: number): number | undefined {
  if (facts.broken.length > 0) return undefined;
  const limit = ms + horizonMs;
  for (let at = ms; at < limit;) {
    const freeze = holdingAt(facts.shut, at);
    if (freeze) {
      at = freeze.end;
      continue;
    }
    if (facts.windows === undefined || holdingAt(facts.windows, at)) return at;
    const window = firstAfter(facts.windows, at);
    if (!window) return undefined;
    at = window.start;
  }
  return undefined;
}

/** The first instant after `ms`, at which it is open, when it shuts; undefined where it stays open for 400 days. */
export function nextClose(facts: OpenFacts, ms: number): number | undefined {
  const freeze = firstAfter(facts.shut, ms)?.start ?? Infinity;
  const window = facts.windows === undefined ? Infinity : (holdingAt(facts.windows, ms)?.end ?? ms);
  const close = Math.min(freeze, window);
  return close < ms + horizonMs ? close : undefined;
}
