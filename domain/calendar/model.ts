import type { GateRow } from '../verdict.ts';

/** How an action counts when a calendar is asked, first match wins (semantics §1.5). */
export const actionClasses = [
  'planned',
  'auto',
  'config',
  'hotfix',
  'rollback',
  'automaticRollback',
] as const;
export type ActionClass = (typeof actionClasses)[number];

/** What a closed calendar means for one action class, from mildest to strictest; `wait` and `deny` differ in words only. */
export type Passage = 'allow' | 'ask' | 'wait' | 'deny';

/** What happens to a release that is between two rollout steps when a freeze begins. */
export type InFlight = 'finish' | 'pauseAtStep' | 'abort';

/** Services × environments, each by id or by a label; an empty list means all of them. */
export interface CalendarScope {
  services: string[];
  environments: string[];
  /** A label matches a service or an environment that carries it. */
  labels: string[];
}

/**
 * When a rule holds: local wall time in a zone, once or again and again (semantics §1.1). Exactly one length: `duration`,
 * `endLocal`, or one-off `from` with `to`; `to` left out means without end. Local date-times are `YYYY-MM-DDTHH:MM[:SS]`.
 */
export interface CalendarTimes {
  /** IANA zone, or `UTC`. */
  zone: string;
  start?: string;
  rrule?: string;
  exdates?: string[];
  duration?: string;
  endLocal?: string;
  from?: string;
  to?: string;
}

/** A window lets actions in, a freeze keeps them out. */
export interface CalendarRule extends CalendarTimes {
  id: string;
  kind: 'window' | 'freeze';
  scope: CalendarScope;
  /** Person id. */
  owner?: string;
  reason?: string;
  /** Differs from the defaults of semantics §1.5 for the classes named. */
  passage?: Partial<Record<ActionClass, Passage>>;
  inFlight?: InFlight;
  /** Milliseconds a release may be held by it before people must decide; left out: 4 h. */
  maxHoldMs?: number;
  /** Set by `stop the line`: from now, without end. */
  stopTheLine?: boolean;
  origin: 'policy' | 'api';
  /** Rises with every change of the rule. */
  revision: number;
  /** Instant from which it counts: a freeze that is created late starts at its creation. */
  effectiveFrom?: string;
}

export type OccurrenceMark = 'shifted' | 'repeated' | 'vanished';

/** One time that a rule holds: instants in UTC, `[start, end)`. `end` is absent without end; a `vanished` one covers no time. */
export interface Occurrence {
  ruleId: string;
  start: string;
  end?: string;
  localStart: string;
  localEnd?: string;
  marks: OccurrenceMark[];
}

/** Permission to pass one revision of one freeze with one release in one environment (semantics §1.5, "Override"). */
export interface CalendarOverride {
  id: string;
  freezeId: string;
  revision: number;
  releaseId: string;
  environment: string;
  by: string;
  reason: string;
  expiresAt: string;
}

/** An override beyond the budget that nobody has agreed to yet: it opens nothing. */
export type AskedOverride = Pick<CalendarOverride, 'id' | 'freezeId' | 'revision' | 'by'>;

/** A span in which an environment is spoken for; `[start, end)`, instants. */
export interface Reservation {
  id: string;
  /** Release id, or `person:<id>` for a reservation that people made for something else. */
  owner: string;
  title: string;
  environment: string;
  /** Empty: the whole environment. */
  services: string[];
  start: string;
  end: string;
  /** Two overlapping reservations are no conflict where both say so. */
  overlap: boolean;
}

/** What a deployment takes, in milliseconds: `run + pauses + guard + reserve` (semantics §1.4). */
export interface Need {
  medianMs: number;
  p90Ms: number;
  /** Finished deployments the numbers come from; under 5 the plan's own estimate was taken. */
  samples: number;
}

/** What a release must wait for elsewhere (semantics §2, "Dependency"). */
export type Dependency =
  | { kind: 'release'; releaseId: string }
  | {
      kind: 'version';
      service: string;
      environment: string;
      /** SemVer that must at least run there. */
      atLeast: string;
      state: 'deployed' | 'verified' | 'soaked';
      /** With `soaked`: for how long, milliseconds. */
      soakMs?: number;
    };

/** When a release wants to start in the stage it was asked for. Instants. `next`: at the next slot that fits. */
export interface Schedule {
  at?: string;
  startBy?: string;
  next?: boolean;
}

/** A person's word that a stage may start although it may not fit before the calendar shuts; for that one shutting only. */
export interface Proceed {
  by: string;
  reason: string;
  /** Instant at which it shuts. */
  closesAt: string;
}

/** What the calendar says of one stage of one release at one instant: evaluated in an activity, kept in the view. */
export interface CalendarAnswer {
  /** Instant it was asked for: the workflow's own clock. */
  at: string;
  /** Rows for the gates `schedule`, `dependencies`, `window`, `freeze`, `fit`, `reservation`, in this order; a gate with nothing to say is left out. */
  verdicts: GateRow[];
  /** The earliest instant at which the answer may differ without anybody changing anything. */
  nextLook?: string;
  /** When what is open now will close for this release. */
  closesAt?: string;
  /** Where its owner is asked whether it may start although it may not fit: when it shuts. */
  doubtfulClose?: string;
  /** When the next freeze begins that concerns this release in flight. */
  freezesAt?: string;
  /** When the first of the overrides ends that let this release pass a freeze: it stands again then. */
  overridesEndAt?: string;
  /** Predicted `[start, end)` of the deployment in this stage; absent where no opening is known. */
  predicted?: { start: string; end: string };
  /** What the freeze in force asks of a release in flight, where there is one. */
  inFlight?: {
    freezeId: string;
    does: InFlight;
    until?: string;
    maxHoldMs: number;
    because: string;
    /** It could not be evaluated, so it holds: somebody has to mend it. */
    isBroken?: true;
  };
  /** The schedule can no longer be met: the release ends `expired` with this reason. */
  expired?: string;
  /** Freezes that were passed, by override or class: named in the log ("despite"). */
  despite: string[];
  /** Version of the zone data that was used, such as `2025b`. */
  zoneData: string;
  /** Revision of the calendar as a whole at reading. */
  revision: number;
}
