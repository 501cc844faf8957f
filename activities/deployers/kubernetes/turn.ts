import type { V1Deployment } from '@kubernetes/client-node';
import type { KubernetesDeployer } from '../../../domain/policy/deployer.schema.ts';
import type { Effect, EffectEnd } from '../port.ts';
import { containerOf, type Target } from './images.ts';
import { asAnnotations, readNotes, workOf } from './notes.ts';

/** Which image an operation sets on a Deployment as it stands. */
export type Choose = (deployment: V1Deployment) => Target;

/** `patch` sets the image, strategic merge; without one the operation has set it before. `outcome`: there is nothing to set. */
type Turn = { image: string; patch?: object } | Pick<EffectEnd, 'outcome' | 'because'>;

/** What an operation has to do to a Deployment as it stands. */
export function turnOf(effect: Effect<KubernetesDeployer>, deployment: V1Deployment, choose: Choose): Turn {
  const container = containerOf(effect, deployment);
  if ('problem' in container) return { outcome: 'failed', because: container.problem };
  const { name, image = '' } = container;
  if (readNotes(deployment).operation === effect.operationId) return { image };
  const target = choose(deployment);
  if ('problem' in target) return { outcome: 'failed', because: target.problem };
  if ('nothing' in target) return { outcome: 'done', because: target.nothing };
  return {
    image: target.image,
    patch: {
      metadata: {
        // refused where somebody was faster
        resourceVersion: deployment.metadata?.resourceVersion,
        annotations: notesOf(effect, deployment, image),
      },
      spec: { template: { spec: { containers: [{ name, image: target.image }] } } },
    },
  };
}

/** The first operation of a work also notes what was there before. */
function notesOf(
  { operationId, facts }: Effect<KubernetesDeployer>,
  deployment: V1Deployment,
  image: string,
): Record<string, string> {
  const work = workOf(facts);
  const isFirst = readNotes(deployment).work !== work;
  return asAnnotations({
    operation: operationId,
    ...(isFirst ? { work, imageBefore: image, versionBefore: facts['previousVersion'] ?? '' } : {}),
  });
}
