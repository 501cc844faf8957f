import type { Severity } from './incident.ts';

/** One alert as Alertmanager's webhook (version 4) brings it. */
export interface Alert {
  status: 'firing' | 'resolved';
  labels: Readonly<Record<string, string>>;
  annotations: Readonly<Record<string, string>>;
  startsAt: string;
  endsAt?: string;
  generatorURL?: string;
  fingerprint: string;
}

/** What an alert comes to. `ignored`: it says of no service of ours. */
export type AlertMeaning =
  | {
      kind: 'incident';
      /** The same alert that began at the same instant is the same incident. */
      key: string;
      service: string;
      environment?: string;
      severity: Severity;
      title: string;
      startedAt: string;
      link?: string;
      /** Instant at which it was resolved. */
      resolvedAt?: string;
    }
  | { kind: 'ignored'; because: string };

const bySeverityLabel: Readonly<Record<string, Severity>> = {
  critical: 'sev1',
  page: 'sev1',
  sev1: 'sev1',
  error: 'sev2',
  high: 'sev2',
  major: 'sev2',
  sev2: 'sev2',
  warning: 'sev3',
  minor: 'sev3',
  info: 'sev3',
  sev3: 'sev3',
};

const longestTitle = 200;

/**
 * Reads one alert: `gantry_service` or `service` names the service, `gantry_environment` or `environment` the place, `severity`
 * how bad it is. An alert whose severity is not known is taken for severity 2; one without a known service is ignored, and
 * the sender is told.
 */
export function meaningOf(
  alert: Alert,
  known: { services: ReadonlySet<string>; environments: ReadonlySet<string> },
  now: string,
): AlertMeaning {
  const { labels, annotations, fingerprint } = alert;
  const service = labels['gantry_service'] ?? labels['service'];
  if (service === undefined) return { kind: 'ignored', because: 'it has no label gantry_service or service' };
  if (!known.services.has(service))
    return { kind: 'ignored', because: `gantry.yaml has no service "${service.slice(0, 63)}"` };
  const place = labels['gantry_environment'] ?? labels['environment'];
  const startedAt = instantOf(alert.startsAt);
  if (startedAt === undefined) return { kind: 'ignored', because: 'its startsAt is no instant' };
  const resolvedAt = alert.status === 'resolved' ? resolvedWhen(alert, startedAt, now) : undefined;
  return {
    kind: 'incident',
    key: `alertmanager/${fingerprint}/${startedAt}`,
    service,
    ...(place !== undefined && known.environments.has(place) ? { environment: place } : {}),
    severity: bySeverityLabel[(labels['severity'] ?? '').toLowerCase()] ?? 'sev2',
    title: (annotations['summary'] ?? labels['alertname'] ?? 'alert without a name').slice(0, longestTitle),
    startedAt,
    ...(alert.generatorURL === undefined ? {} : { link: alert.generatorURL }),
    ...(resolvedAt === undefined ? {} : { resolvedAt }),
  };
}

/** Alertmanager writes the year 1 for "not yet"; an end before the beginning is none either. */
function resolvedWhen({ endsAt }: Alert, startedAt: string, now: string): string {
  const end = endsAt === undefined ? undefined : instantOf(endsAt);
  return end !== undefined && end >= startedAt && end <= now ? end : now;
}

function instantOf(text: string): string | undefined {
  const ms = Date.parse(text);
  return Number.isNaN(ms) || ms < 0 ? undefined : new Date(ms).toISOString();
}
