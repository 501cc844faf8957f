import type { GateRow } from '../verdict.ts';
import type { Names } from '../release/names.ts';
import { instantWords } from './instant-words.ts';
import type { Interval } from './intervals.ts';
import type {
  ActionClass,
  AskedOverride,
  CalendarOverride,
  CalendarRule,
  Need,
  Proceed,
  Reservation,
  Schedule,
} from './model.ts';
import type { OpenFacts, Target } from './open.ts';

/** Everything that one stage of one release is judged by. */
export interface JudgeFacts {
  /** How sentences call people, by id; left out: by their ids. */
  names?: Names;
  rules: readonly CalendarRule[];
  target: Target;
  actionClass: ActionClass;
  /** Overrides of this release in this environment that count at `now`. */
  overrides: readonly CalendarOverride[];
  /** Overrides that wait for a second person. */
  asked?: readonly AskedOverride[];
  schedule?: Schedule;
  need: Need;
  /** Reservations of others in this environment that concern its services. */
  foreign: readonly Reservation[];
  /** The rows of what it depends on, judged before; and when the last of it is expected, epoch milliseconds. */
  dependencies?: { row?: GateRow; readyAt: number };
  /** Between two steps: only freezes matter. */
  isInFlight: boolean;
  /** People who may override a freeze, and who owns the release. */
  overriders: readonly string[];
  owner?: string;
  /** Somebody lets it start although it may not fit before the gates shut at this instant. */
  proceed?: Proceed;
  /** Zone of the sentences. */
  zone: string;
  zoneData: string;
  revision: number;
}

/** The facts with what was worked out of them. */
export interface Look {
  facts: JudgeFacts;
  open: OpenFacts;
  now: string;
  nowMs: number;
  /** The instant that windows, freezes and fit are judged for: now, or the start that was asked for. */
  at: number;
  startBy: number | undefined;
  slot: Interval | undefined;
}

export const iso = (ms: number): string => new Date(ms).toISOString();

/** An instant as sentences of this look say it. */
export const words = (look: Look, ms: number): string => instantWords(iso(ms), look.facts.zone, look.now);

/** Whether a start then would be before the time at which it has to start. */
export const inTime = ({ startBy }: Look, ms: number): boolean => startBy === undefined || ms < startBy;
