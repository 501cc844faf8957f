/** From the worst to the mildest. */
export const severities = ['sev1', 'sev2', 'sev3'] as const;
export type Severity = (typeof severities)[number];

/** Where an incident was heard of. */
export type IncidentSource = 'person' | 'alertmanager' | 'watch';

/** Whether a deployment is to blame: only what a person has confirmed counts anywhere (semantics §8). */
export type AttributionState = 'suggested' | 'confirmed' | 'unattributed';

/** Something that went wrong for users, with the release that it is laid at the door of. Instants are RFC 3339. */
export interface Incident {
  id: string;
  title: string;
  service: string;
  environment?: string;
  severity: Severity;
  state: 'open' | 'closed';
  source: IncidentSource;
  startedAt: string;
  openedAt: string;
  openedBy: string;
  closedAt?: string;
  closedBy?: string;
  /** What ended it. */
  outcome?: string;
  attribution: {
    state: AttributionState;
    because: string;
    releaseId?: string;
    deploymentId?: string;
    version?: string;
    /** Who confirmed it, or said that no release is to blame. */
    by?: string;
    at?: string;
  };
  /** More about it, elsewhere. */
  link?: string;
  /** Rises with every change. */
  revision: number;
}

/** Incidents counted by severity. */
export type IncidentCounts = Record<Severity, number>;

/** So many days back confirmed incidents raise the risk of a service's releases (semantics §5, "incidents"). */
export const countedForDays = 30;

/** Those that count: confirmed, and begun within the last 30 days before `now`. */
export function countedIncidents(incidents: readonly Incident[], now: string): Incident[] {
  const from = Date.parse(now) - countedForDays * 86_400_000;
  return incidents.filter(
    ({ attribution, startedAt }) => attribution.state === 'confirmed' && Date.parse(startedAt) >= from,
  );
}

/** How many there are of each severity. */
export const countBySeverity = (incidents: readonly Incident[]): IncidentCounts => ({
  sev1: incidents.filter(({ severity }) => severity === 'sev1').length,
  sev2: incidents.filter(({ severity }) => severity === 'sev2').length,
  sev3: incidents.filter(({ severity }) => severity === 'sev3').length,
});

/** `incident inc_0190 of shop, severity 2, open: carts are empty`. */
export const incidentText = ({ service, severity, state, title }: Incident): string =>
  `${service}, severity ${severity.slice(3)}, ${state}: ${title}`;
