import { stringify } from 'yaml';
import type { Policy } from '../../../domain/policy/policy.schema.ts';
import { tokenById } from '../tokens.ts';
import { namesBy, type DossierSection, type DossierSource } from './source.ts';

interface PolicySection extends DossierSection {
  digest: string;
  appliedAt?: string;
  appliedBy?: string;
  /** The person behind the token that applied it, where one did. */
  appliedFor?: string;
  editedBy?: string;
  /** As YAML, with all defaults written out. */
  stages: { environment: string; text: string }[];
  services: { id: string; text: string }[];
}

/** The rules it was judged by: the digest of the whole file, and the text of each stage that it passed, defaults filled in. */
export async function policySection({
  db,
  view,
  policy,
}: Pick<DossierSource, 'db' | 'view' | 'policy'>): Promise<PolicySection> {
  const digest = view.policyDigest;
  if (!policy) return { summary: 'The policy is not in the record.', digest, stages: [], services: [] };
  const { appliedAt, appliedBy, editedBy } = policy;
  const services = policy.policy.services.filter(({ id }) =>
    view.components.some((one) => one.service === id),
  );
  const stages = view.stages.map(({ environment }) => ({
    environment,
    text: textOf(policy.policy, services[0]?.pipeline, environment),
  }));
  const appliedFor = (await tokenById(db, appliedBy))?.owner;
  const by = namesBy({ policy })(editedBy ?? appliedFor ?? appliedBy);
  return {
    summary: `It was judged by the policy ${digest.slice(0, 12)}, applied last by ${by}.`,
    ...{ digest, appliedAt, appliedBy, stages },
    ...(appliedFor === undefined ? {} : { appliedFor }),
    ...(editedBy === undefined ? {} : { editedBy }),
    services: services.map((service) => ({ id: service.id, text: stringify(service) })),
  };
}

function textOf(policy: Policy, pipeline: string | undefined, environment: string): string {
  const stage = policy.pipelines[pipeline ?? '']?.find((one) => one.environment === environment);
  const place = policy.environments.find(({ id }) => id === environment);
  return stringify({ environment: place, stage });
}
