import { attribute, type Attribution } from '../../../domain/watch/attribution.ts';
import type { Db } from '../../database/open.ts';
import { GantryError } from '../../errors.ts';
import { currentPolicy } from '../policies.ts';
import { exposedBefore, placesOf } from './exposed.ts';

/** A deployment that a watch has found to be to blame. */
export interface KnownCause {
  id: string;
  releaseId: string;
  version: string;
  because: string;
}

type Suggestion = Attribution | KnownCause;

/** Which deployment may have caused it. @throws POLICY_NONE, SERVICE_UNKNOWN */
export async function suggestion(
  trx: Db,
  {
    service,
    environment,
    startedAt,
    deployment,
  }: { service: string; environment?: string; startedAt: string; deployment?: KnownCause },
): Promise<Suggestion> {
  if (deployment) return deployment;
  const policy = (await currentPolicy(trx))?.policy;
  if (!policy) throw new GantryError('POLICY_NONE');
  if (!policy.services.some(({ id }) => id === service))
    throw new GantryError('SERVICE_UNKNOWN', { service });
  const environments = placesOf(policy, { service, ...(environment === undefined ? {} : { environment }) });
  return attribute({ service, startedAt }, await exposedBefore(trx, { service, environments, startedAt }));
}

export const placeOf = (found: Suggestion): string | undefined =>
  'kind' in found && found.kind === 'suggested' ? found.deployment.environment : undefined;

export function attributionColumns(found: Suggestion) {
  const because = { attribution_because: found.because };
  if (!('kind' in found))
    return {
      attribution: 'suggested' as const,
      release_id: found.releaseId,
      deployment_id: found.id,
      version: found.version,
      ...because,
    };
  if (found.kind === 'unattributed')
    return {
      attribution: 'unattributed' as const,
      release_id: null,
      deployment_id: null,
      version: null,
      ...because,
    };
  const { id, releaseId, version } = found.deployment;
  return {
    attribution: 'suggested' as const,
    release_id: releaseId ?? null,
    deployment_id: id,
    version,
    ...because,
  };
}
