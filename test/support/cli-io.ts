import { run } from '../../cli/run.ts';
import type { Io } from '../../cli/io.ts';

interface Circumstances {
  /** Sits somebody at a terminal? */
  terminal?: boolean;
  env?: Record<string, string>;
  cwd?: string;
  /** What the person types, question by question. */
  typed?: string[];
  stdin?: string;
  interrupted?: AbortSignal;
  now?: Date;
  columns?: number;
}

export interface CliEnd {
  code: number;
  out: string;
  err: string;
}

/** Runs a command line inside this process, as if in a pipe unless `terminal` is set. */
export async function runCli(argv: readonly string[], o: Circumstances = {}): Promise<CliEnd> {
  const end = { code: -1, out: '', err: '' };
  const isTerminal = o.terminal === true;
  const typed = [...(o.typed ?? [])];
  const io: Io = {
    stdout: {
      write: (text) => void (end.out += text),
      isTerminal,
      columns: isTerminal ? (o.columns ?? 100) : undefined,
    },
    stderr: {
      write: (text) => void (end.err += text),
      isTerminal,
      columns: isTerminal ? (o.columns ?? 100) : undefined,
    },
    stdinIsTerminal: isTerminal,
    env: o.env ?? {},
    cwd: o.cwd ?? '/',
    ask: async (question) => {
      end.err += question;
      return typed.shift() ?? '';
    },
    readStdin: async () => o.stdin ?? '',
    interrupted: o.interrupted ?? new AbortController().signal,
    now: () => o.now ?? new Date('2026-11-26T12:16:00Z'),
  };
  end.code = await run(argv, io);
  return end;
}
