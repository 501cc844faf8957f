import { withoutStop } from '../full-stop.ts';
import type { Incident, IncidentSource, Severity } from '../incidents/incident.ts';

/** An incident that is open and laid at the door of a version: whoever lets that version go on somewhere else is to know of it. */
export interface Regression {
  /** Id of the incident. */
  incident: string;
  service: string;
  version: string;
  /** Where it was found; absent where nobody said. */
  environment?: string;
  title: string;
  severity: Severity;
  source: IncidentSource;
  startedAt: string;
  /** Release that brought the version there. */
  releaseId?: string;
  /** Of the incident, as it was read; absent where it was read before revisions were told. */
  revision?: number;
}

/** A regression as it stands after a change; an older revision never replaces a newer one. */
export interface RegressionNews {
  regression: Regression;
  revision: number;
  /** The incident was closed, or laid at another door. */
  isOver: boolean;
}

/** What a release knows of a regression of a version that it carries. */
export interface RegressionView extends Regression {
  /** Stages that ask nobody, and for which a person was waited for because of it. */
  heldIn?: string[];
  /** Since when it is over. It is shown for a while all the same, for it may come back (domain/watch/flapping.ts). */
  overAt?: string;
}

/**
 * The regression that an incident is, while it is open: what a watch has measured, and what a person has confirmed. A mere
 * suggestion counts nowhere (semantics §8, "Attribution").
 */
export function regressionOf(incident: Incident): Regression | undefined {
  const { id, service, environment, title, severity, source, startedAt, state, attribution } = incident;
  const { version, releaseId } = attribution;
  const isSure =
    attribution.state === 'confirmed' || (source === 'watch' && attribution.state === 'suggested');
  if (state !== 'open' || version === undefined || !isSure) return undefined;
  return {
    ...{ incident: id, service, version, title, severity, source, startedAt },
    ...(environment === undefined ? {} : { environment }),
    ...(releaseId === undefined ? {} : { releaseId }),
  };
}

/** `shop 1.4.0 has regressed in staging: errors is 0.07, the limit is 0.02`, without a full stop. */
export function regressionText({
  source,
  title,
  service,
  version,
  environment,
  severity,
}: Regression): string {
  const said = withoutStop(title);
  if (source === 'watch') return said;
  const place = environment === undefined ? '' : ` in ${environment}`;
  return `${service} ${version} caused an incident${place} of severity ${severity.slice(3)}: ${said}`;
}
