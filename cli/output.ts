import pc from 'picocolors';
import type { Io } from './io.ts';
import { localSentence } from '../platform/local-sentence.ts';
import { plainText } from './plain-text.ts';
import { machineZone, shortTimeForPeople, timeForPeople, timeWithOffset } from './shown-time.ts';
import { alignedTable, tabbedTable } from './table.ts';

export interface OutputOptions {
  json?: boolean;
  quiet?: boolean;
  /** False after `--no-color`. */
  color?: boolean;
  /** Zone that times were asked for in (`--zone`). */
  zone?: string;
  /** Zone of whoever reads on a terminal, as far as the server has told it; unknown, that of this machine. */
  readerZone?: () => string | undefined;
}

/** Answers go to stdout, everything else to stderr; the shape depends on who reads (ux §1.2). */
export interface Output {
  /** A person reads the answer on a terminal; in a pipe or under CI it is a program. */
  forPeople: boolean;
  json: boolean;
  quiet: boolean;
  width: number;
  paint: Paint;
  /** The one JSON document of a command under `--json`. */
  document: (value: unknown) => void;
  /** One JSON object a line, for commands that follow. */
  documentLine: (value: unknown) => void;
  line: (text?: string, writtenAt?: string) => void;
  table: (headers: readonly string[], rows: readonly (readonly string[])[]) => void;
  /** Progress, hints and warnings. */
  note: (text: string) => void;
  /** A sentence of the record with its times in the zone of whoever reads; all that is printed here is put so anyway. */
  local: (sentence: string) => string;
  /** Absolute with its zone, and on a terminal also how long ago or until. */
  time: (instant: string | undefined) => string;
  /** The same within a table: on a terminal short, so that what explains has the room. */
  shortTime: (instant: string | undefined) => string;
}

export interface Paint {
  good: (text: string) => string;
  bad: (text: string) => string;
  warn: (text: string) => string;
  strong: (text: string) => string;
  faint: (text: string) => string;
}

const DEFAULT_WIDTH = 80;

/** CI set to anything but an explicit no means: nobody is watching. */
export const isCi = (env: Io['env']): boolean => !['', '0', 'false', undefined].includes(env['CI']);

/** Colour is only ever added to words. NO_COLOR with any value wins, then the flag, FORCE_COLOR, TERM=dumb, CI, the pipe. */
export function wantsColor(env: Io['env'], isTerminal: boolean, flag: boolean | undefined): boolean {
  if (env['NO_COLOR'] !== undefined || flag === false) return false;
  const forced = env['FORCE_COLOR'];
  if (forced !== undefined) return forced !== '0' && forced !== 'false';
  return isTerminal && env['TERM'] !== 'dumb' && !isCi(env);
}

export function createOutput(io: Io, options: OutputOptions = {}): Output {
  const forPeople = io.stdout.isTerminal && !isCi(io.env);
  const colors = pc.createColors(wantsColor(io.env, io.stdout.isTerminal, options.color));
  const line = (text = ''): void => io.stdout.write(`${text}\n`);
  const { zone, readerZone } = options;
  const shownZone = (): string => zone ?? readerZone?.() ?? machineZone();
  // Sentences of the record are in UTC, the same for everybody; whoever reads them here has a zone.
  const local = (text: string, writtenAt?: string): string => {
    if (!forPeople && zone === undefined) return text;
    return localSentence(text, {
      zone: shownZone(),
      now: writtenAt === undefined ? io.now() : new Date(writtenAt),
    });
  };
  const shown = (instant: string): string => {
    if (forPeople) return timeForPeople(instant, { now: io.now(), zone: shownZone() });
    return zone === undefined ? instant : timeWithOffset(instant, zone);
  };
  const width = (forPeople ? io.stdout.columns : undefined) ?? DEFAULT_WIDTH;
  return {
    forPeople,
    json: options.json === true,
    quiet: options.quiet === true,
    width,
    paint: {
      good: colors.green,
      bad: colors.red,
      warn: colors.yellow,
      strong: colors.bold,
      faint: colors.dim,
    },
    document: (value) => line(JSON.stringify(value, null, 2)),
    documentLine: (value) => line(JSON.stringify(value)),
    line: (text = '', writtenAt) => line(local(text, writtenAt)),
    table(headers, rows) {
      const said = rows.map((row) => row.map((cell) => local(cell)));
      if (!forPeople) {
        tabbedTable(said).forEach((row) => line(row));
        return;
      }
      const [head, ...body] = alignedTable(headers, said, width);
      line(colors.dim(head ?? ''));
      body.forEach((row) => line(row));
    },
    local,
    note: (text) => io.stderr.write(`${local(plainText(text))}\n`),
    time: (instant) => (instant === undefined ? '' : shown(instant)),
    shortTime(instant) {
      if (instant === undefined) return '';
      return forPeople ? shortTimeForPeople(instant, { now: io.now(), zone: shownZone() }) : shown(instant);
    },
  };
}
