import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { DeploymentShape } from '../../domain/rollout/deployment-rollout.ts';
import type { PodShape } from '../../domain/rollout/why-not-running.ts';
import type { Exchange } from './on-demand/kubernetes-proxy.ts';

/** A Deployment as the API answers it, as far as the deployer looks. */
export interface AnsweredDeployment extends DeploymentShape {
  metadata: {
    name: string;
    namespace: string;
    generation: number;
    resourceVersion: string;
    annotations?: Record<string, string>;
  };
  spec: NonNullable<DeploymentShape['spec']> & {
    selector: { matchLabels: Record<string, string> };
    template: { spec: { containers: { name: string; image: string }[] } };
  };
  status: NonNullable<DeploymentShape['status']>;
}

/** A Deployment at one moment of its rollout, and its pods. */
export interface Situation {
  deployment: AnsweredDeployment;
  pods: { kind: 'PodList'; items: (PodShape & AnsweredPod)[] };
}
interface AnsweredPod {
  spec: { containers: { name: string; image: string }[] };
}

/** What a real API server with its controllers has answered (`npm run test:kubernetes -- --record`), trimmed. */
export interface KubernetesAnswers {
  kubernetes: string;
  before: Situation;
  /** The answer to the patch itself: no controller has looked yet. */
  patched: AnsweredDeployment;
  progressing: Situation;
  paused: Situation;
  complete: Situation;
  /** Past its progress deadline, with an image that cannot be had; what a kubelet says of it is played. */
  deadline: Situation;
  /** Past its progress deadline with a pod that has no node, and nobody has looked for one: no scheduler runs there. */
  nodeless: Situation;
  /** The same with what a scheduler says of the pod, which is played. */
  unschedulable: Situation;
  /** No pod may be made, by the security rules of its namespace. */
  refused: Situation;
  problems: Record<
    'conflict' | 'missing' | 'forbidden' | 'unauthorized' | 'invalid' | 'unsupported',
    Exchange
  >;
}

export const answersFile = fileURLToPath(new URL('./kubernetes-answers.json', import.meta.url));

export const kubernetesAnswers = (): KubernetesAnswers =>
  JSON.parse(readFileSync(answersFile, 'utf8')) as KubernetesAnswers;
