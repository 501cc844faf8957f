import { whyNotRunning, type PodShape } from './why-not-running.ts';

/** The parts of a Kubernetes Deployment that tell how its rollout goes (apps/v1; what is absent counts as the API's default). */
export interface DeploymentShape {
  metadata?: { generation?: number };
  spec?: { replicas?: number; paused?: boolean; progressDeadlineSeconds?: number };
  status?: {
    observedGeneration?: number;
    replicas?: number;
    updatedReplicas?: number;
    availableReplicas?: number;
    conditions?: { type: string; status: string; reason?: string; message?: string }[];
  };
}

export interface RolloutReading {
  state: 'done' | 'failed' | 'running';
  because: string;
}

/**
 * How far a rollout is, by the rules of `kubectl rollout status`: the controller has seen the change, every replica is new, none
 * of the old is left, and all are available. Only the Deployment's own deadline makes it failed; whatever else may still mend.
 */
export function readRollout(deployment: DeploymentShape, pods: readonly PodShape[]): RolloutReading {
  const { metadata, spec, status = {} } = deployment;
  if ((status.observedGeneration ?? 0) < (metadata?.generation ?? 0))
    return { state: 'running', because: 'the cluster has not looked at the change yet' };
  const counts = replicaCounts(deployment);
  const reading = (state: RolloutReading['state'], what: string): RolloutReading => ({
    state,
    because: withReason(what, deployment, pods),
  });
  if (isOverdue(deployment)) return reading('failed', overdueWords(spec, counts));
  if (spec?.paused === true)
    return reading('running', 'the rollout is paused in the cluster: somebody ran `kubectl rollout pause`');
  const missing = missingWords(counts);
  if (missing !== undefined) return reading('running', missing);
  return {
    state: 'done',
    because: `${counts.wanted} of ${counts.wanted} replicas are replaced and available`,
  };
}

interface ReplicaCounts {
  wanted: number;
  all: number;
  updated: number;
  available: number;
}

const replicaCounts = ({ spec, status = {} }: DeploymentShape): ReplicaCounts => ({
  wanted: spec?.replicas ?? 1,
  all: status.replicas ?? 0,
  updated: status.updatedReplicas ?? 0,
  available: status.availableReplicas ?? 0,
});

function isOverdue(deployment: DeploymentShape): boolean {
  const progress = condition(deployment, 'Progressing');
  return progress?.status === 'False' && progress.reason === 'ProgressDeadlineExceeded';
}

const overdueWords = (spec: DeploymentShape['spec'], { wanted, updated, available }: ReplicaCounts): string =>
  `the rollout has not got on for ${spec?.progressDeadlineSeconds ?? 600} s, the progress deadline of the Deployment (${updated} of ${wanted} replaced, ${available} available)`;

/** The first thing that is missing until all is new and available. */
function missingWords({ wanted, all, updated, available }: ReplicaCounts): string | undefined {
  if (updated < wanted) return `${updated} of ${wanted} replicas are replaced`;
  if (all > updated) return `${all - updated} of the old replicas have not ended`;
  if (available < updated) return `${available} of ${updated} new replicas are available`;
  return undefined;
}

const condition = ({ status }: DeploymentShape, type: string) =>
  status?.conditions?.find((one) => one.type === type);

function withReason(what: string, deployment: DeploymentShape, pods: readonly PodShape[]): string {
  const failure = condition(deployment, 'ReplicaFailure');
  const reasons = [
    ...(failure?.status === 'True'
      ? [`no pod can be made: ${failure.message ?? failure.reason ?? 'the cluster does not say why'}`]
      : []),
    ...pods.flatMap(whyNotRunning),
  ];
  const [first, ...others] = reasons;
  if (first === undefined) return what;
  return `${what}; ${first}${others.length > 0 ? ` (and ${others.length} more)` : ''}`;
}
