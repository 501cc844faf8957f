import type { Access, Person, Policy } from '../../domain/policy/policy.schema.ts';
import { currentPolicy } from '../../platform/record/policies.ts';
import type { ApiDeps } from '../deps.ts';

/** Acts for whoever started Gantry on this machine, as long as the policy names no administrator (embedded mode only). */
export const builtInAdmin = 'admin';

export interface KnownPerson {
  id: string;
  access: Access[];
  /** Absent for the built-in administrator, who is nobody in the policy and so can never vote. */
  person?: Person;
}

/** Who this id is now: a person who has left the policy is nobody, whatever tokens are still about. */
export async function knownPerson(
  deps: Pick<ApiDeps, 'store' | 'inbox'>,
  id: string,
): Promise<KnownPerson | undefined> {
  const policy = (await currentPolicy(deps.store.db))?.policy;
  return personIn(policy, id, deps.inbox);
}

export function personIn(
  policy: Policy | undefined,
  id: string,
  isEmbedded: boolean,
): KnownPerson | undefined {
  const person = policy?.people.find((one) => one.id === id);
  if (person) return { id, access: person.access, person };
  const hasAdmin = policy?.people.some((one) => one.access.includes('admin')) ?? false;
  return isEmbedded && id === builtInAdmin && !hasAdmin ? { id, access: ['admin'] } : undefined;
}

/** Whom the one-time link at the first start is for: the first person with access `admin`, else the built-in one. */
export const firstAdmin = (policy: Policy | undefined): string =>
  policy?.people.find((one) => one.access.includes('admin'))?.id ?? builtInAdmin;
