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
    const words = waitingWords(container);
    return words === undefined ? [] : [`${name}, container ${container.name}: ${words}`];
  });
}

/** Starting as it should: nothing to tell. */
const beginning = ['ContainerCreating', 'PodInitializing'];
const troubles = new Map([
  ['ImagePullBackOff', 'its image cannot be had'],
  ['ErrImagePull', 'its image cannot be had'],
  ['InvalidImageName', 'its image cannot be had'],
  ['ErrImageNeverPull', 'its image cannot be had'],
  ['CreateContainerConfigError', 'it cannot be started'],
  ['CreateContainerError', 'it cannot be started'],
  ['RunContainerError', 'it cannot be started'],
]);

function waitingWords({ state, restartCount = 0, lastState }: ContainerShape): string | undefined {
  const { reason, message } = state?.waiting ?? {};
  if (reason === undefined || beginning.includes(reason)) return undefined;
  if (reason === 'CrashLoopBackOff') {
    const code = lastState?.terminated?.exitCode;
    return `it ends again and again (${reason}, ${restartCount} restarts${code === undefined ? '' : `, last with exit code ${code}`})`;
  }
  return `${troubles.get(reason) ?? 'it waits'} (${reason})${message === undefined ? '' : `: ${message}`}`;
}
