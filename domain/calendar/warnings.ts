import type { Interval } from './intervals.ts';

/** How long before a freeze people are warned, longest first (semantics §1.5, "Warn before"). */
export const leads = [
  { name: '7d', ms: 7 * 86_400_000, words: 'in a week' },
  { name: '24h', ms: 86_400_000, words: 'in a day' },
  { name: '2h', ms: 7_200_000, words: 'in two hours' },
] as const;

export type Lead = (typeof leads)[number];

/** As far ahead as a look at the freezes to come has to reach: the longest lead. */
export const longestLeadMs = leads[0].ms;

/** `[start, end)` of one freeze and one deployment share an instant. */
export const meets = (a: Interval, b: Interval): boolean => a.start < b.end && b.start < a.end;

/**
 * The warning that is due at `now` before a freeze that meets a deployment, and the instant of the next one. All in epoch
 * milliseconds; `since` is the later of the instants at which the freeze was last changed and the release was asked for. What
 * would have been due before that is skipped, and of several that are due at once (nobody was there to give them) only the
 * last is given.
 */
export function leadsOf(
  freeze: Interval,
  deployment: Interval,
  { since, now }: { since: number; now: number },
): { due?: Lead; nextAt?: number } {
  if (!meets(freeze, deployment) || now >= freeze.start) return {};
  const known = leads.filter(({ ms }) => freeze.start - ms >= since);
  const due = known.filter(({ ms }) => freeze.start - ms <= now).at(-1);
  const next = known.find(({ ms }) => freeze.start - ms > now);
  return { ...(due ? { due } : {}), ...(next ? { nextAt: freeze.start - next.ms } : {}) };
}

/**
 * When a release means to be deployed: at the date that people gave it, for as long as is expected, else when it is expected.
 * Undefined where neither is known. Instants in, epoch milliseconds out.
 */
export function plannedInterval(o: {
  at?: string | undefined;
  startBy?: string | undefined;
  predicted?: { start: string; end: string } | undefined;
}): Interval | undefined {
  const predicted = o.predicted && {
    start: Date.parse(o.predicted.start),
    end: Date.parse(o.predicted.end),
  };
  if (o.at === undefined) return predicted;
  const start = Date.parse(o.at);
  if (predicted) return { start, end: start + Math.max(1, predicted.end - predicted.start) };
  return { start, end: Math.max(start + 1, o.startBy === undefined ? 0 : Date.parse(o.startBy)) };
}
