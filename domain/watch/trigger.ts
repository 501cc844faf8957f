import { formatDuration } from '../policy/duration.ts';
import type { Verdict } from '../verdict.ts';

/** What must be known before something goes back that nobody has asked to. Instants are RFC 3339. */
export interface TriggerFacts {
  title: string;
  environment: string;
  /** It goes back itself, to an older version. */
  isRollback: boolean;
  /** When the failure was measured. */
  measuredAt: string;
  /** It has gone back by itself in this environment before. */
  hasTriggered: boolean;
  /** Another deployment of the service is under way there; its title. */
  underWay?: string;
  /** What runs there is not what this release brought; what it is. */
  newer?: string;
}

/** A failure that was measured longer ago says nothing of now (semantics §7, "Automatic trigger"); milliseconds. */
export const freshMs = 20 * 60_000;

/**
 * Whether a failure may take a release back by itself (semantics §7, B8 and B9): once for each release and environment, soon
 * after it was measured, while nothing else moves there, and never the rollback of a rollback. Else people are asked.
 */
export function mayGoBackByItself(facts: TriggerFacts, now: string, people: readonly string[]): Verdict {
  const why = objection(facts, now);
  if (why === undefined)
    return { kind: 'allowed', because: `${facts.title} may be taken back in ${facts.environment}.` };
  return {
    kind: 'needsPeople',
    because: why,
    who: [{ rule: 'on call', candidates: [...people], seats: 1 }],
  };
}

function objection(facts: TriggerFacts, now: string): string | undefined {
  const { title, environment } = facts;
  if (facts.isRollback) return `${title} is a rollback, and a rollback is never rolled back by itself.`;
  if (facts.hasTriggered) return `${title} has been taken back in ${environment} by itself once; not again.`;
  if (facts.newer !== undefined) return `${facts.newer} runs in ${environment} by now, not ${title}.`;
  if (facts.underWay !== undefined) return `${facts.underWay} is on its way to ${environment}.`;
  const age = Date.parse(now) - Date.parse(facts.measuredAt);
  if (Number.isNaN(age)) return 'nobody knows when the failure was measured.';
  if (age > freshMs)
    return `the failure was measured ${formatDuration(age)} ago, more than ${formatDuration(freshMs)}.`;
  return undefined;
}
