import { instantText } from '../instant-text.ts';

/** One deployment as far as incidents may come from it. Instants are RFC 3339. */
export interface ExposedDeployment {
  id: string;
  releaseId?: string;
  environment: string;
  service: string;
  version: string;
  /** When traffic first may have reached it. */
  exposedFrom: string;
  /** When all traffic did; absent where that never happened. */
  fullyExposedAt?: string;
  /** When it was taken back; absent while it was not. */
  takenBackAt?: string;
  /** How long after full exposure it answers for what happens; milliseconds. */
  followMs: number;
}

/** How long a release answers for incidents where its stage says nothing else (semantics §8, "follow"). */
export const followsByDefaultMs = 72 * 3_600_000;

export type Attribution =
  | { kind: 'suggested'; deployment: ExposedDeployment; because: string }
  | { kind: 'unattributed'; because: string };

/**
 * Which deployment an incident is laid at the door of: the latest of that service whose exposure began no later than the
 * incident, and whose following was not over by then (semantics §8, "Attribution"). A newer deployment does not end the
 * following of an older one for what began before it (W4); one that was taken back answers for nothing after that.
 */
export function attribute(
  incident: { service: string; startedAt: string },
  deployments: readonly ExposedDeployment[],
): Attribution {
  const at = Date.parse(incident.startedAt);
  const latest = deployments
    .filter(({ service, exposedFrom }) => service === incident.service && Date.parse(exposedFrom) <= at)
    .sort((a, b) => Date.parse(b.exposedFrom) - Date.parse(a.exposedFrom));
  const found = latest.find((one) => !isOver(one, at));
  if (found)
    return {
      kind: 'suggested',
      deployment: found,
      because: `${found.service} ${found.version} takes traffic in ${found.environment} since ${instantText(found.exposedFrom)}, and nothing newer did when it began.`,
    };
  const [last] = latest;
  return {
    kind: 'unattributed',
    because: last
      ? `${last.service} ${last.version}, the last deployment before it, answered for incidents until ${instantText(new Date(endOf(last)).toISOString())}.`
      : `${incident.service} had not been deployed before it began.`,
  };
}

const isOver = (one: ExposedDeployment, at: number): boolean => at >= endOf(one);

/** When its following ends, in epoch milliseconds: one that is on its way has no end yet. */
function endOf({ fullyExposedAt, takenBackAt, followMs }: ExposedDeployment): number {
  const back = takenBackAt === undefined ? Infinity : Date.parse(takenBackAt);
  const follow = fullyExposedAt === undefined ? Infinity : Date.parse(fullyExposedAt) + followMs;
  return Math.min(back, follow);
}
