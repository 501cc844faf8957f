import type { Deployer } from '../deployer.schema.ts';
import type { Located } from '../draft-fields.ts';
import type { PolicyMistake } from '../problem.ts';

/** A Deployment has one image: it can say neither which version is which, nor give a share of traffic to another one. */
export function ofKubernetes({ value: deploy, path }: Located<Deployer>): PolicyMistake[] {
  if (deploy.kind !== 'kubernetes') return [];
  const mistakes: PolicyMistake[] = [];
  if (!/\{\{\s*(version|digest)\s*\}\}/.test(deploy.image)) {
    mistakes.push({
      path: [...path, 'image'],
      code: 'POLICY_ROLLOUT_INVALID',
      detail: 'This image is the same for every version, so nothing would ever be deployed.',
      remedy: 'Write {{version}} or {{digest}} where they differ: registry.acme.test/shop:{{version}}.',
    });
  }
  if (deploy.rollout?.kind === 'blueGreen') {
    mistakes.push({
      path: [...path, 'rollout'],
      code: 'POLICY_ROLLOUT_INVALID',
      detail: 'A Deployment has one image, so no version can stand beside another in it.',
      remedy: 'Leave `rollout` out, or use a deployer of kind command or http that knows both.',
    });
  }
  if (deploy.steps.length > 1) {
    mistakes.push({
      path: [...path, 'steps'],
      code: 'POLICY_ROLLOUT_INVALID',
      detail:
        'A Deployment changes its image as a whole, so it cannot give a version a share of the traffic.',
      remedy:
        'Leave `steps` out; for a canary use a deployer of kind command or http that moves the traffic.',
    });
  }
  return mistakes;
}
