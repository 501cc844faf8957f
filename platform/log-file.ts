import { openSync, writeSync } from 'node:fs';
import type { DestinationStream } from 'pino';

/** Writes to the file with this descriptor, and gives back how many bytes were taken. */
type WriteTo = (descriptor: number, bytes: Buffer) => number;

/**
 * The lines of a log file, made with mode 0600 and appended to. Synchronous, so that the last lines before an exit are not lost. A
 * disk that takes no line stops nobody: what nobody could write down is counted, and said once there is room again.
 */
export function logFile(path: string, write: WriteTo = writeSync): DestinationStream {
  const descriptor = openSync(path, 'a', 0o600);
  let lost = 0;
  let isTorn = false;
  return {
    write(line) {
      const first = lost === 0 ? '' : lostLine(lost);
      const bytes = Buffer.from(`${isTorn ? '\n' : ''}${first}${line}`);
      const taken = takenOf(() => write(descriptor, bytes));
      if (taken > 0) isTorn = taken < bytes.length;
      lost = taken < bytes.length ? lost + 1 : 0;
    },
  };
}

/** How many bytes of a line the disk took: none where it takes nothing. */
function takenOf(write: () => number): number {
  try {
    return write();
  } catch {
    return 0;
  }
}

const lostLine = (count: number): string =>
  `${JSON.stringify({ level: 'warn', time: new Date().toISOString(), msg: `${count} lines of this log are lost: its disk took none` })}\n`;
