/** A recurring departure as gantry.yaml describes it, its services in the file's order. */
export interface TrainDefinition {
  id: string;
  name?: string;
  /** Person id: decides where a required service is not ready. */
  captain: string;
  /** Local start, rule and IANA zone, as in a window. */
  departure: { rrule: string; start: string; zone: string };
  /** How long before each departure boarding ends; a duration such as `2h`. */
  cutoff: string;
  services: { service: string; required: boolean }[];
  mode: 'independent' | 'lockstep';
  /** Environment that it goes to. */
  to: string;
}

export const departureStates = [
  'planned',
  'boarding',
  'departed',
  'skipped',
  'held',
  'delayed',
  'failed',
] as const;
export type DepartureState = (typeof departureStates)[number];

/** Who rides: one version of one service. */
export interface Boarded {
  service: string;
  version: string;
  digest?: string;
  ref?: string;
  /** The release that it left as, where each rides by itself. */
  releaseId?: string;
}

/** Who does not, and why; `next` is the instant of the departure that it can take instead. */
export interface LeftBehind {
  service: string;
  version?: string;
  because: string;
  next?: string;
  /** What to do now, where an order of it was refused. Of a departure in lockstep: it keeps all from leaving. */
  remedy?: string;
}
