import { setTimeout as pause } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

const everyMs = 1_000;
/** Of one core: what the pollers, the relay and the timers take while nothing happens is a tenth of this. */
const quietBelow = 0.1;
const quietLooks = 2;
/** Less than this is not worth the tenth of a second that a collection stops everything for. */
const worthBytes = 16 * 1024 * 1024;

/** The first frees what nobody needs, the second empties pages, and the third gives them back; of new objects only once little was allocated for five seconds. */
const times = 3;
const betweenMs = 2_500;

/** What a process did until now. */
export interface Look {
  /** Milliseconds, of any clock that only goes forward. */
  atMs: number;
  /** Processor time of the whole process, in milliseconds. */
  cpuMs: number;
  /** Bytes on the heap, garbage included. */
  heapBytes: number;
  /** Bytes of the pages that the heap holds, whether something is on them or not. */
  heldBytes: number;
}
type Left = Pick<Look, 'heapBytes' | 'heldBytes'>;

/** The part of one core that a process took between two looks. */
const busyShare = (from: Look, to: Look): number =>
  (to.cpuMs - from.cpuMs) / Math.max(1, to.atMs - from.atMs);

/**
 * Decides, look by look, when to collect: after two looks in a row in which the process took less than a tenth of a core, where
 * there are 16 MiB more on its heap, or in the pages that it holds, than after the last collection. Whoever collects tells
 * what was left with `collected`.
 */
export function createQuietWatch(first: Look): {
  look(now: Look): boolean;
  collected(left: Left): void;
} {
  let last = first;
  let quiet = 0;
  let left: Left = { heapBytes: 0, heldBytes: 0 };
  return {
    look(now) {
      const share = busyShare(last, now);
      last = now;
      quiet = share < quietBelow ? quiet + 1 : 0;
      if (quiet < quietLooks) return false;
      const more = Math.max(now.heapBytes - left.heapBytes, now.heldBytes - left.heldBytes);
      return more > worthBytes;
    },
    collected(now) {
      left = now;
    },
  };
}

/**
 * Gives memory back while nothing happens. V8 collects when something is allocated: after a busy hour a process that waits for
 * people, as this one mostly does, would keep hundreds of megabytes of garbage for the night.
 *
 * Of the main thread only: the workflows' thread belongs to the SDK, and leaves little behind.
 *
 * @returns ends it
 */
export function collectWhenQuiet(): () => Promise<void> {
  const watch = createQuietWatch(lookNow());
  let isCollecting = false;
  let isEnded = false;
  const look = async (): Promise<void> => {
    if (isCollecting || !watch.look(lookNow())) return;
    isCollecting = true;
    for (let time = 1; time <= times && !isEnded; time += 1) {
      collectGarbage();
      const before = lookNow();
      await pause(betweenMs, undefined, { ref: false });
      if (busyShare(before, lookNow()) >= quietBelow) break; // work has begun
    }
    watch.collected(heapNow());
    isCollecting = false;
  };
  const timer = setInterval(() => void look(), everyMs).unref();
  return async () => {
    isEnded = true;
    clearInterval(timer);
    return Promise.resolve();
  };
}

function lookNow(): Look {
  const { user, system } = process.cpuUsage();
  return {
    atMs: performance.now(),
    cpuMs: (user + system) / 1_000,
    ...heapNow(),
  };
}

function heapNow(): Left {
  const { heapUsed, heapTotal } = process.memoryUsage();
  return { heapBytes: heapUsed, heldBytes: heapTotal };
}

/** The way that Node has without a flag on its command line: a new context gets the function that the flag exposes. */
function collectGarbage(): void {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  setFlagsFromString('--no-expose-gc');
  collect();
}
