import type { Policy, Stage } from '../domain/policy/policy.schema.ts';
import { stagesAhead } from '../domain/release/first-view.ts';
import { GantryError } from '../platform/errors.ts';
import { currentPolicy, type StoredPolicy } from '../platform/record/policies.ts';
import type { ApiDeps } from './deps.ts';

/** The policy in force, and the stages of it that a release of this service passes, the last of them whole. @throws POLICY_NONE, SERVICE_UNKNOWN, ENVIRONMENT_UNKNOWN */
export async function stageOf(
  deps: ApiDeps,
  service: string,
  to: string | undefined,
): Promise<{ stored: StoredPolicy; stage: Stage; environments: string[] }> {
  const stored = await currentPolicy(deps.store.db);
  if (!stored) throw new GantryError('POLICY_NONE');
  const { policy } = stored;
  if (!policy.services.some(({ id }) => id === service))
    throw new GantryError('SERVICE_UNKNOWN', { service });
  const components = [{ service, version: '0.0.0' }];
  const environments = stagesAhead({ components, ...(to === undefined ? {} : { to }) }, policy);
  const environment = environments.at(-1) ?? '';
  if (to !== undefined && environment !== to)
    throw new GantryError('ENVIRONMENT_UNKNOWN', { environment: to });
  return { stored, stage: pipelineStage(policy, service, environment), environments };
}

/** @throws ENVIRONMENT_UNKNOWN */
export function pipelineStage(policy: Policy, service: string, environment: string): Stage {
  const pipeline = policy.services.find(({ id }) => id === service)?.pipeline ?? '';
  const stage = policy.pipelines[pipeline]?.find((one) => one.environment === environment);
  if (!stage) throw new GantryError('ENVIRONMENT_UNKNOWN', { environment });
  return stage;
}
