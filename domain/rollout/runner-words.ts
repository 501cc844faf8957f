import { instantText } from '../instant-text.ts';

/** A runner asks for work at least once a minute, and the engine notes when it did. */
const QUIET_MS = 90_000;

/** Whether a runner is there by the last time that it asked for work, and how that is said. */
export function runnerWords(
  runner: string,
  seenAt: Date | undefined,
  now: Date,
): { isThere: boolean; because: string } {
  if (seenAt !== undefined && now.getTime() - seenAt.getTime() <= QUIET_MS)
    return { isThere: true, because: `Runner ${runner} is there.` };
  const since =
    seenAt === undefined
      ? `No runner ${runner} has been seen yet`
      : `There is no runner ${runner} since ${instantText(seenAt.toISOString())}`;
  return {
    isThere: false,
    because: `${since}. Start it inside its network: gantry worker --runner ${runner}. It goes on by itself then.`,
  };
}

/** A runner as everybody sees it. `isThere` is absent where nobody can tell. */
export interface RunnerStanding {
  name: string;
  isThere?: boolean;
  /** When it asked for work last. */
  seenAt?: string;
  /** One sentence, with what to do. */
  because: string;
}

/** How a runner stands. @param seenAt when it asked for work last; undefined: never; `unknown`: the engine does not answer */
export function runnerStanding(
  name: string,
  seenAt: Date | undefined | 'unknown',
  now: Date,
): RunnerStanding {
  if (seenAt === 'unknown')
    return { name, because: `Nobody can tell whether runner ${name} is there: Temporal does not answer.` };
  const { isThere, because } = runnerWords(name, seenAt, now);
  if (seenAt === undefined) return { name, isThere, because };
  const seen = seenAt.toISOString();
  return {
    ...{ name, isThere, seenAt: seen },
    because: isThere ? `Runner ${name} is there, last seen ${instantText(seen)}.` : because,
  };
}
