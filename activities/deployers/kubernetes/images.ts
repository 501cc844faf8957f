import type { V1Container, V1Deployment } from '@kubernetes/client-node';
import { fill } from '../../facts.ts';
import type { Effect } from '../port.ts';
import type { KubernetesDeployer } from '../../../domain/policy/deployer.schema.ts';
import { readNotes, workOf } from './notes.ts';

type KubernetesEffect = Effect<KubernetesDeployer>;

/** The container that is meant: the named one, or the only one. */
export function containerOf(
  { deploy, facts }: KubernetesEffect,
  deployment: V1Deployment,
): V1Container | { problem: string } {
  const containers = deployment.spec?.template.spec?.containers ?? [];
  const names = containers.map(({ name }) => name).join(', ');
  if (deploy.container === undefined) {
    const [only, ...others] = containers;
    return only && others.length === 0
      ? only
      : {
          problem: `the Deployment has ${containers.length} containers (${names}): say which one by \`container\``,
        };
  }
  const wanted = fill(deploy.container, facts);
  return (
    containers.find(({ name }) => name === wanted) ?? {
      problem: `the Deployment has no container "${wanted}", only ${names}`,
    }
  );
}

/** Which image an operation sets. `nothing`: it has nothing to do, as the undo of what never happened. */
export type Target = { image: string } | { nothing: string } | { problem: string };

export const imageToApply = ({ deploy, facts }: KubernetesEffect): Target => {
  if (/\{\{\s*digest\s*\}\}/.test(deploy.image) && facts['digest'] === undefined)
    return { problem: 'the image is named by its digest, and the release has none' };
  return { image: fill(deploy.image, facts) };
};

/**
 * What an undo brings back: exactly the image that stood there before this release, unless the version that it was of may not
 * run again and another one is gone back to.
 */
export function imageToRestore(effect: KubernetesEffect, deployment: V1Deployment): Target {
  const { deploy, facts } = effect;
  const notes = readNotes(deployment);
  if (notes.work !== workOf(facts))
    return { nothing: 'no step of this release has changed the Deployment, so there is nothing to undo' };
  const back = facts['previousVersion'];
  if (notes.imageBefore !== undefined && (back === undefined || back === notes.versionBefore))
    return { image: notes.imageBefore };
  if (back === undefined) return { problem: 'nobody noted which image was there before' };
  if (/\{\{\s*digest\s*\}\}/.test(deploy.image) && effect.previousDigest === undefined)
    return { problem: `the image is named by its digest, and that of ${back} is not known` };
  return { image: fill(deploy.image, { ...facts, version: back, digest: effect.previousDigest }) };
}
