import type { Command } from 'commander';
import { createClient, type Client } from './client.ts';
import type { ExitCode } from './exit-codes.ts';
import type { Io } from './io.ts';
import { createOutput, type Output } from './output.ts';
import { findServer } from './server-address.ts';
import { instantFlag, zoneFlag, zoneMeantFor } from './time-flag.ts';

/** One run of `gantry`: where it runs and how it will end. */
export interface Cli {
  io: Io;
  exitCode: ExitCode;
  /** How the command that ran answers: it knows the zone of whoever reads, for a refusal, too. */
  output?: Output;
}

/** Flags that every command takes. */
export interface GlobalFlags {
  json?: boolean;
  quiet?: boolean;
  color?: boolean;
  url?: string;
  token?: string;
  debug?: boolean;
  /** Of commands that take one: what times are read and shown in. */
  zone?: string;
}

/** What a command works with. The server is looked for at the first use of `client`, so offline commands never need one. */
export interface Session {
  io: Io;
  output: Output;
  client: Client;
  /**
   * A time that was typed, as an instant in UTC; `+2h` counts from `from` (epoch ms; left out: now).
   * @throws CliProblem USAGE where it is none
   */
  instant: (text: string, from?: number) => Promise<string>;
  /** The zone that local times are typed in. */
  zone: () => Promise<string>;
}

type Handler = (session: Session, command: Command) => Promise<ExitCode>;

/** A commander action that opens a session, runs `handler` with it and keeps the exit code that it gives. */
export const acting =
  (cli: Cli, handler: Handler) =>
  async (...received: unknown[]): Promise<void> => {
    const command = received.at(-1) as Command;
    const session = openSession(cli.io, command.optsWithGlobals<GlobalFlags>());
    cli.output = session.output;
    cli.exitCode = await handler(session, command);
  };

function openSession(io: Io, flags: GlobalFlags): Session {
  let client: Client | undefined;
  if (flags.zone !== undefined) zoneFlag(flags.zone);
  const connected = (): Client => (client ??= createClient(findServer(io, flags)));
  let meant: Promise<string> | undefined;
  const zone = (): Promise<string> => (meant ??= zoneMeantFor(connected, flags.zone));
  return {
    io,
    output: createOutput(io, { ...flags, readerZone: () => client?.readerZone() }),
    get client() {
      return connected();
    },
    instant: (text, from) => instantFlag(text, { now: from ?? io.now().getTime(), zone }),
    zone,
  };
}
