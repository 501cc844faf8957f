import { formatDuration } from '../domain/policy/duration.ts';
import { isCi } from './output.ts';
import type { Io } from './io.ts';
import { plainText } from './plain-text.ts';

/** Shows one changing sentence while somebody waits. */
export interface Progress {
  say: (sentence: string) => void;
  /** Takes the line away, so that the answer stands alone. */
  end: () => void;
}

const HEARTBEAT_MS = 30_000;
const REDRAW_MS = 500;

/** On a terminal one line, redrawn with the time that has passed; elsewhere a line for each change and one every 30 s. `local` puts times into the reader’s zone. */
export function createProgress(io: Io, local: (sentence: string) => string = (same) => same): Progress {
  const startedAt = io.now().getTime();
  const elapsed = (): string => formatDuration(io.now().getTime() - startedAt);
  const redraws = io.stderr.isTerminal && !isCi(io.env) && io.env['TERM'] !== 'dumb';
  let sentence = '';
  const draw = (): void => {
    const columns = io.stderr.columns ?? 80;
    io.stderr.write(`\r\u001b[2K${`${elapsed()}  ${sentence}`.slice(0, columns - 1)}`);
  };
  const repeat = (): void => {
    if (sentence === '') return;
    if (redraws) draw();
    else io.stderr.write(`${sentence} (${elapsed()})\n`);
  };
  const timer = setInterval(repeat, redraws ? REDRAW_MS : HEARTBEAT_MS);
  timer.unref();
  return {
    say(next) {
      const text = local(plainText(next));
      if (text === sentence) return;
      sentence = text;
      if (redraws) draw();
      else {
        io.stderr.write(`${sentence}\n`);
        timer.refresh();
      }
    },
    end() {
      clearInterval(timer);
      if (redraws && sentence !== '') io.stderr.write('\r\u001b[2K');
    },
  };
}
