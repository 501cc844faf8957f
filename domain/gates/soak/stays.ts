import { isSameBuild, type Artifact } from '../../release/artifact.ts';
import type { Stay } from './evaluate.ts';

/** One deployment of one service in one environment, as the record has it. */
export interface PastDeployment extends Artifact {
  status: 'running' | 'succeeded' | 'rolledBack' | 'failed' | 'left';
  startedAt: string;
  endedAt?: string;
}

/**
 * The times during which a build stood, verified, at one place. Each begins where its deployment ended well, and ends with
 * the first step of another build; where that one was taken back, a new stay begins. Longer than it was, none ever looks.
 * @param deployments all of that place, in any order
 */
export function staysOf(build: Artifact, deployments: readonly PastDeployment[]): Stay[] {
  const stays: Stay[] = [];
  let since: string | undefined;
  let isVerified = false;
  const leave = (at: string): void => {
    if (since !== undefined) stays.push({ from: since, to: at });
    since = undefined;
  };
  for (const one of [...deployments].sort((a, b) => Date.parse(a.startedAt) - Date.parse(b.startedAt))) {
    if (isSameBuild(one, build)) {
      if (one.status === 'succeeded') {
        isVerified = true;
        since ??= one.endedAt;
      } else if (one.status !== 'running') {
        leave(one.startedAt);
        isVerified = false;
      }
      continue;
    }
    leave(one.startedAt);
    const cameBack = one.status === 'rolledBack' || one.status === 'failed';
    if (!cameBack) isVerified = false;
    else if (isVerified) since = one.endedAt;
  }
  if (since !== undefined) stays.push({ from: since });
  return stays;
}
