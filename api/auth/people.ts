import type { Access, Person, Policy } from '../../domain/policy/policy.schema.ts';
import { currentPolicy } from '../../platform/record/policies.ts';
import type { ApiDeps } from '../deps.ts';

/** Acts for whoever started Gantry on this machine, as long as the policy names no administrator (embedded mode only). */
export const builtInAdmin = 'admin';

export interface KnownPerson {
  id: string;
  access: Access[];
  /** In which this person reads and writes times. */
  zone: string;
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
  const zone = zoneOf(policy, person);
  if (person) return { id, access: person.access, zone, person };
  const hasAdmin = policy?.people.some((one) => one.access.includes('admin')) ?? false;
  return isEmbedded && id === builtInAdmin && !hasAdmin ? { id, access: ['admin'], zone } : undefined;
}

/** In which zone somebody reads and writes times: their own, else the organisation's (docs/guides/times.md). */
export const zoneOf = (policy: Policy | undefined, person: Person | undefined): string =>
  person?.zone ?? policy?.organisation.zone ?? 'UTC';

/** Whom the one-time link at the first start is for: the first person with access `admin`, else the built-in one. */
export const firstAdmin = (policy: Policy | undefined): string =>
  policy?.people.find((one) => one.access.includes('admin'))?.id ?? builtInAdmin;
