/** The parts of a window or freeze that people write, as the API shows them and takes them back. */
export interface RuleEntry {
  zone?: string;
  start?: string;
  rrule?: string;
  exdates?: string[];
  duration?: string;
  endLocal?: string;
  from?: string;
  to?: string;
  scope: { services: string[]; environments: string[]; labels: string[] };
  owner?: string;
  reason?: string;
  inFlight?: string;
  /** What it means for a kind of release, by kind. */
  passage?: Record<string, string>;
  maxHoldMs?: number;
}

/** What is to be different. `withoutEnd` takes the end of a single time away. */
export interface RuleChange {
  zone?: string;
  start?: string;
  rrule?: string;
  duration?: string;
  endLocal?: string;
  from?: string;
  to?: string;
  owner?: string;
  reason: string;
  inFlight?: string;
  except?: string[];
  services?: string[];
  environments?: string[];
  labels?: string[];
  withoutEnd?: boolean;
}

/**
 * The whole rule as it is to be: what the change does not name stays. A single time takes the place of a recurrence and the
 * other way round, and a duration that of a local end; kinds of release that pass are those that are named, if any are.
 */
export function changedRule(before: RuleEntry, change: RuleChange): Record<string, unknown> {
  const { scope, passage, maxHoldMs } = before;
  const { except } = change;
  const actions = except === undefined ? passage : undefined;
  const whole = {
    ...timesAfter(before, change),
    zone: change.zone ?? before.zone,
    scope: {
      services: change.services ?? scope.services,
      environments: change.environments ?? scope.environments,
      labels: change.labels ?? scope.labels,
    },
    owner: change.owner ?? before.owner,
    reason: change.reason,
    inFlight: change.inFlight ?? before.inFlight,
    except,
    actions,
    maxHold: maxHoldMs === undefined ? undefined : `${maxHoldMs / 1000}s`,
  };
  return Object.fromEntries(Object.entries(whole).filter(([, value]) => value !== undefined));
}

type Times = Pick<RuleEntry, 'start' | 'rrule' | 'exdates' | 'duration' | 'endLocal' | 'from' | 'to'>;

function timesAfter(before: RuleEntry, change: RuleChange): Times {
  const isOnce =
    change.from !== undefined ||
    (before.from !== undefined && change.start === undefined && change.rrule === undefined);
  if (isOnce) {
    const to = change.withoutEnd === true ? undefined : (change.to ?? before.to);
    // What does not go together with a single time is sent as well: the server says so, nothing is dropped in silence.
    return {
      from: change.from ?? before.from,
      to,
      duration: change.duration,
      endLocal: change.endLocal,
    } as Times;
  }
  const duration = change.duration ?? (change.endLocal === undefined ? before.duration : undefined);
  return {
    start: change.start ?? before.start,
    rrule: change.rrule ?? before.rrule,
    exdates: before.exdates,
    duration,
    endLocal: change.duration === undefined ? (change.endLocal ?? before.endLocal) : change.endLocal,
    to: change.to,
  } as Times;
}
