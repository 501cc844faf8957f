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

/** The parts of a pod that tell why it does not run (core/v1). */
export interface PodShape {
  metadata?: { name?: string };
  spec?: { nodeName?: string };
  status?: {
    phase?: string;
    conditions?: { type: string; status: string; reason?: string; message?: string }[];
    initContainerStatuses?: ContainerShape[];
    containerStatuses?: ContainerShape[];
  };
}
interface ContainerShape {
  name: string;
  restartCount?: number;
  state?: { waiting?: { reason?: string; message?: string } };
  lastState?: { terminated?: { exitCode?: number; reason?: string } };
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
  const wanted = spec?.replicas ?? 1;
  const { replicas = 0, updatedReplicas = 0, availableReplicas = 0 } = status;
  const running = (what: string): RolloutReading => ({
    state: 'running',
    because: withReason(what, deployment, pods),
  });
  if ((status.observedGeneration ?? 0) < (metadata?.generation ?? 0))
    return { state: 'running', because: 'the cluster has not looked at the change yet' };
  const progress = condition(deployment, 'Progressing');
  if (progress?.status === 'False' && progress.reason === 'ProgressDeadlineExceeded') {
    const seconds = spec?.progressDeadlineSeconds ?? 600;
    return {
      state: 'failed',
      because: withReason(
        `the rollout has not got on for ${seconds} s, the progress deadline of the Deployment (${updatedReplicas} of ${wanted} replaced, ${availableReplicas} available)`,
        deployment,
        pods,
      ),
    };
  }
  if (spec?.paused === true)
    return running('the rollout is paused in the cluster: somebody ran `kubectl rollout pause`');
  if (updatedReplicas < wanted) return running(`${updatedReplicas} of ${wanted} replicas are replaced`);
  if (replicas > updatedReplicas)
    return running(`${replicas - updatedReplicas} of the old replicas have not ended`);
  if (availableReplicas < updatedReplicas)
    return running(`${availableReplicas} of ${updatedReplicas} new replicas are available`);
  return { state: 'done', because: `${wanted} of ${wanted} replicas are replaced and available` };
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

/** Why this pod does not run, in one phrase; nothing where it does, or has only begun. */
export function whyNotRunning(pod: PodShape): string[] {
  const name = pod.metadata?.name ?? 'a pod';
  const { status = {} } = pod;
  const unscheduled = status.conditions?.find(
    ({ type, status: is }) => type === 'PodScheduled' && is === 'False',
  );
  if (unscheduled)
    return [`${name} finds no node: ${unscheduled.message ?? unscheduled.reason ?? 'no reason given'}`];
  if (status.phase === 'Pending' && pod.spec && pod.spec.nodeName === undefined)
    return [`${name} waits for a node, and no scheduler has said anything of it yet`];
  const containers = [...(status.initContainerStatuses ?? []), ...(status.containerStatuses ?? [])];
  return containers.flatMap((container) => {
    const waiting = container.state?.waiting;
    const words = waiting?.reason === undefined ? undefined : waitingWords(container);
    return words === undefined ? [] : [`${name}, container ${container.name}: ${words}`];
  });
}

function waitingWords({ state, restartCount = 0, lastState }: ContainerShape): string | undefined {
  const reason = state?.waiting?.reason ?? '';
  const message = state?.waiting?.message;
  const said = message === undefined ? '' : `: ${message}`;
  switch (reason) {
    case 'ContainerCreating':
    case 'PodInitializing':
      return undefined;
    case 'ImagePullBackOff':
    case 'ErrImagePull':
    case 'InvalidImageName':
    case 'ErrImageNeverPull':
      return `its image cannot be had (${reason})${said}`;
    case 'CrashLoopBackOff': {
      const code = lastState?.terminated?.exitCode;
      return `it ends again and again (${reason}, ${restartCount} restarts${code === undefined ? '' : `, last with exit code ${code}`})`;
    }
    case 'CreateContainerConfigError':
    case 'CreateContainerError':
    case 'RunContainerError':
      return `it cannot be started (${reason})${said}`;
    default:
      return `it waits (${reason})${said}`;
  }
}
