import { pino, type DestinationStream, type Logger as PinoLogger } from 'pino';
import { logFile } from './log-file.ts';

/** A logger of JSON lines: `log.info({ releaseId }, 'release started')`. Secrets and links never reach a line. */
export type Logger = PinoLogger;

interface LoggerOptions {
  level: string;
  /** Part of the product that speaks: `api`, `worker`, `up`. */
  part?: string;
  /** File to append to, made with mode 0600; left out: standard output. */
  file?: string;
  /** Other place for the lines; for tests. */
  destination?: DestinationStream;
}

const names = [
  'authorization',
  'cookie',
  'set-cookie',
  'token',
  'secret',
  'password',
  'apiKey',
  'databaseUrl',
  'smtpUrl',
];
/** pino's wildcard stands for one level, so each depth that our lines have is named. */
const redacted = names.flatMap((name) => [`["${name}"]`, `*["${name}"]`, `*.*["${name}"]`]);

/** Whoever holds such an address can act as the person it was mailed to. */
const bearerPath = /\/+(a|w|sign-in)\/+[\w.~%-]+/gi;
/** A link's token wherever it stands, alone or in an address that was encoded; its shape is that of links.ts. */
const bearerToken = /v1\.[a-z0-9]{1,8}\.[\w-]{72}\.[\w-]{43}/gi;
/** User and password of any connection address that came in with an error message. */
const credentials = /(\b[a-z][a-z0-9+.-]*:\/\/)[^\s/@"]+@/gi;

/** The line without tokens of mailed links, sign-in links and credentials in addresses. */
const withoutBearers = (line: string): string =>
  line
    .replace(bearerToken, '[hidden]')
    .replace(bearerPath, '/$1/[hidden]')
    .replace(credentials, '$1[hidden]@');

/** The one way to a logger; every line passes redaction by path and by shape. */
export function createLogger(options: LoggerOptions): Logger {
  const settings = {
    level: options.level,
    base: options.part === undefined ? null : { part: options.part },
    timestamp: pino.stdTimeFunctions.isoTime,
    // By itself pino writes what an Error has been given, not its message: this one is what people look for.
    serializers: { error: pino.stdSerializers.err },
    formatters: { level: (label: string) => ({ level: label }) },
    redact: { paths: redacted, censor: '[hidden]' },
    hooks: { streamWrite: withoutBearers },
  };
  return pino(settings, options.destination ?? lines(options.file));
}

/** Synchronous, so that the last lines before an exit are not lost. What the standard output cannot take stops nobody either. */
const lines = (file: string | undefined): DestinationStream => {
  if (file !== undefined) return logFile(file);
  const output = pino.destination({ fd: 1, sync: true });
  output.on('error', () => undefined);
  return {
    write(line) {
      try {
        output.write(line);
      } catch {
        // the file behind it is on a disk that is full
      }
    },
  };
};
