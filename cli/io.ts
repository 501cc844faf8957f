import { isatty } from 'node:tty';
import { createInterface } from 'node:readline/promises';

/** The world as a command sees it, so that a test can run one inside its own process. */
export interface Io {
  stdout: Stream;
  stderr: Stream;
  /** Whether somebody sits at the keyboard and may be asked. */
  stdinIsTerminal: boolean;
  env: Record<string, string | undefined>;
  cwd: string;
  /** Asks one question on stderr and gives the line that was typed. */
  ask: (question: string) => Promise<string>;
  readStdin: () => Promise<string>;
  /** Aborted by Ctrl-C or SIGTERM. */
  interrupted: AbortSignal;
  now: () => Date;
}

export interface Stream {
  write: (text: string) => void;
  isTerminal: boolean;
  /** Columns of the terminal; undefined where there is none, and where it tells none. */
  columns?: number | undefined;
}

/** `isTTY` is typed as a boolean and is undefined on a pipe: the descriptor is asked instead. */
export const stream = (
  target: Pick<NodeJS.WriteStream, 'write' | 'isTTY' | 'columns'> & { fd: number },
): Stream => ({
  write: (text) => void target.write(text),
  isTerminal: isatty(target.fd),
  get columns() {
    // some terminals of CI say 0: not that nothing fits, but that they do not know
    return target.isTTY && target.columns > 0 ? target.columns : undefined;
  },
});

/**
 * This process. Signals are listened to only while somebody reads `interrupted`, so that commands which start servers
 * keep their own handling.
 */
export function processIo(): Io {
  let controller: AbortController | undefined;
  // A reader that leaves early (`gantry release list | head -1`) is no failure of ours.
  for (const target of [process.stdout, process.stderr]) {
    target.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EPIPE') process.exit(0);
      throw error;
    });
  }
  return {
    stdout: stream(process.stdout),
    stderr: stream(process.stderr),
    stdinIsTerminal: isatty(process.stdin.fd),
    env: process.env,
    cwd: process.cwd(),
    ask,
    readStdin,
    get interrupted() {
      controller ??= abortOnSignals();
      return controller.signal;
    },
    now: () => new Date(),
  };
}

function abortOnSignals(): AbortController {
  const controller = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => {
      controller.abort(signal);
    });
  }
  return controller;
}

/** Ctrl-C at a question: whoever was asked wants nothing of it. */
export class Interrupted extends Error {
  override readonly name = 'Interrupted';
}

async function ask(question: string): Promise<string> {
  const reader = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return await reader.question(question);
  } catch (error) {
    throw error instanceof Error && error.name === 'AbortError' ? new Interrupted() : error;
  } finally {
    reader.close();
  }
}

async function readStdin(): Promise<string> {
  let text = '';
  for await (const chunk of process.stdin.setEncoding('utf8')) text += String(chunk);
  return text;
}
