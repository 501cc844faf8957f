import { instantText } from '../instant-text.ts';

/** A runner asks for work at least once a minute, and the engine notes when it did. */
const QUIET_MS = 90_000;

/** The engine's word on who asked it for work last, all by its clock, and what time it is here. */
export interface RunnerClock {
  /** When an ordinary worker asked for work last; undefined where the engine remembers none. */
  workersAt: Date | undefined;
  /** By the clock of whoever judges. */
  here: Date;
}

/**
 * Whether a runner is there by the last time that it asked for work, and how that is said. It is measured against when ordinary workers asked
 * last, which the same clock has noted: clocks of machines may differ by minutes. They, too, ask at least once a minute, so a runner that is
 * there is never called away, and one that has gone is missed after two minutes and a half at the latest. Our own clock judges only where
 * the engine remembers no worker at all, and then nothing moves anyway; where it does not answer, nobody can tell.
 */
export function runnerWords(
  runner: string,
  seenAt: Date | undefined,
  { workersAt, here }: RunnerClock,
): { isThere: boolean; because: string } {
  const now = workersAt ?? here;
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
  clock: RunnerClock,
): RunnerStanding {
  if (seenAt === 'unknown')
    return { name, because: `Nobody can tell whether runner ${name} is there: Temporal does not answer.` };
  const { isThere, because } = runnerWords(name, seenAt, clock);
  if (seenAt === undefined) return { name, isThere, because };
  const seen = seenAt.toISOString();
  return {
    ...{ name, isThere, seenAt: seen },
    because: isThere ? `Runner ${name} is there, last seen ${instantText(seen)}.` : because,
  };
}
