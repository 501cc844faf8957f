/** A service as the policy describes it, as far as locks are concerned. */
interface Lockable {
  id: string;
  dependsOn: readonly string[];
  /** Named locks that it shares with others, such as `db:orders`. */
  locks?: readonly string[] | undefined;
}

const edgeOf = (provider: string, dependant: string): string => `edge:${provider}<${dependant}`;

/** Keys that stand for a dependency and mean nothing to people. */
export const isEdge = (key: string): boolean => key.startsWith('edge:');

/**
 * What a deployment of these services locks in an environment that is not exclusive, sorted: each service, the locks it names,
 * and one key for each dependency that it is an end of. So two services of which one needs the other never deploy at the same
 * moment, while two that only share a provider may (semantics §2, "Lock").
 */
export function lockKeysOf(all: readonly Lockable[], deployed: readonly string[]): string[] {
  const keys = new Set<string>(deployed);
  for (const service of all) {
    const isDeployed = deployed.includes(service.id);
    if (isDeployed) for (const name of service.locks ?? []) keys.add(name);
    for (const provider of service.dependsOn)
      if (isDeployed || deployed.includes(provider)) keys.add(edgeOf(provider, service.id));
  }
  return [...keys].sort();
}
