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
