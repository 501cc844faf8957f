import { instantText } from '../../instant-text.ts';
import { formatDuration } from '../../policy/duration.ts';
import type { Verdict } from '../../verdict.ts';

/** What a stage asks for. Durations in milliseconds. */
export interface SoakSettings {
  /** Environment in which the version must have stood. */
  from: string;
  atLeastMs: number;
  /** A build that is older may not go on; left out: it may. */
  maxAgeMs?: number;
}

/** One time during which a build stood, verified, in an environment. Half-open; without `to` it stands there still. */
export interface Stay {
  from: string;
  to?: string;
}

/** What is known of one component upstream. */
export interface SoakFacts {
  service: string;
  version: string;
  stays: readonly Stay[];
  /** When this version was first seen; absent: nobody knows. */
  firstSeenAt?: string;
}

/**
 * Whether every component has stood long enough in the stage before (semantics §3, "Soak"): the longest stay counts, never
 * the sum. A stay that goes on may still grow; one that has ended too early does not, so the version must be deployed
 * there again.
 */
export function evaluateSoak(settings: SoakSettings, components: readonly SoakFacts[], now: string): Verdict {
  const verdicts = components.map((facts) => ofComponent(settings, facts, Date.parse(now)));
  return (
    verdicts.find(({ kind }) => kind === 'denied') ??
    latest(verdicts) ?? {
      kind: 'allowed',
      because: `${components.map(named).join(', ')} stood in ${settings.from} for ${formatDuration(settings.atLeastMs)} or longer.`,
    }
  );
}

function ofComponent(settings: SoakSettings, facts: SoakFacts, now: number): Verdict {
  const { from, atLeastMs, maxAgeMs } = settings;
  const old = maxAgeMs === undefined ? undefined : ofAge(facts, maxAgeMs, now);
  if (old) return old;
  const lengths = facts.stays.map((stay) => Math.min(now, endOf(stay, now)) - Date.parse(stay.from));
  const longest = Math.max(0, ...lengths);
  if (longest >= atLeastMs)
    return { kind: 'allowed', because: `${named(facts)} stood in ${from} for ${formatDuration(longest)}.` };
  const current = facts.stays.find((stay) => stay.to === undefined);
  if (!current) {
    const stood =
      longest > 0
        ? `stood there for ${formatDuration(longest)} and does not run there any more`
        : 'was never verified there';
    return {
      kind: 'denied',
      because: `${named(facts)} must stand in ${from} for ${formatDuration(atLeastMs)}; it ${stood}.`,
      remedy: `Stop this release and start a new one: it goes to ${from} again, and must stand there.`,
    };
  }
  const until = new Date(Date.parse(current.from) + atLeastMs).toISOString();
  return {
    kind: 'waiting',
    because: `${named(facts)} must stand in ${from} for ${formatDuration(atLeastMs)}: until ${instantText(until)}.`,
    until,
  };
}

function ofAge(facts: SoakFacts, maxAgeMs: number, now: number): Verdict | undefined {
  if (facts.firstSeenAt === undefined)
    return { kind: 'waiting', because: `Cannot tell how old ${named(facts)} is.` };
  const age = now - Date.parse(facts.firstSeenAt);
  if (age <= maxAgeMs) return undefined;
  return {
    kind: 'denied',
    because: `${named(facts)} is ${formatDuration(age)} old; at most ${formatDuration(maxAgeMs)} are allowed.`,
    remedy: 'Build it anew under another version, and release that.',
  };
}

const endOf = ({ to }: Stay, now: number): number => (to === undefined ? now : Date.parse(to));
const named = ({ service, version }: SoakFacts): string => `${service} ${version}`;

/** Of those that wait, whoever waits longest; one of which nobody can tell comes before all. */
function latest(verdicts: readonly Verdict[]): Verdict | undefined {
  const waiting = verdicts.filter((verdict) => verdict.kind === 'waiting');
  return (
    waiting.find(({ until }) => until === undefined) ??
    waiting.reduce<(typeof waiting)[number] | undefined>(
      (last, next) => (!last || (next.until ?? '') > (last.until ?? '') ? next : last),
      undefined,
    )
  );
}
