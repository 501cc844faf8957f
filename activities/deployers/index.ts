import type { Deployer } from '../../domain/policy/deployer.schema.ts';
import type { Outgoing } from '../../platform/outgoing.ts';
import { commandDeployer } from './command.ts';
import { githubActionsDeployer } from './github-actions.ts';
import { httpDeployer } from './http.ts';
import { kubernetesDeployer } from './kubernetes.ts';
import type { DeployerPort } from './port.ts';

type Deployers = { [Kind in Deployer['kind']]: DeployerPort<Extract<Deployer, { kind: Kind }>> };

/** All kinds of deployers; a kind in the policy without a line here does not compile. */
export const createDeployers = (outgoing: Outgoing): Deployers => ({
  command: commandDeployer,
  http: httpDeployer(outgoing),
  kubernetes: kubernetesDeployer,
  'github-actions': githubActionsDeployer(outgoing),
});

/** The deployer of this kind. */
export const deployerOf = (deployers: Deployers, deploy: Deployer): DeployerPort<Deployer> =>
  deployers[deploy.kind];
