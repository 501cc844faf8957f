import type { Boarded, TrainDefinition } from './model.ts';

/** One release that leaves with a departure. `after` are ids of rides of the same departure that must succeed before. */
export interface Ride {
  releaseId: string;
  components: Boarded[];
  after: string[];
}

/**
 * The releases that a departure leaves as (semantics §2, "Train failure"): in lockstep one of all who are aboard, so that any
 * failure takes all back; independent one for each, which waits for those aboard that it depends on, so that others go on.
 * Whoever is waited for comes first. `dependsOn` are the services that each service depends on, directly.
 */
export function ridesOf(o: {
  train: string;
  number: number;
  mode: TrainDefinition['mode'];
  aboard: readonly Boarded[];
  dependsOn: ReadonlyMap<string, readonly string[]>;
}): Ride[] {
  const id = `train-${o.train}-${o.number}`;
  if (o.aboard.length === 0) return [];
  if (o.mode === 'lockstep') return [{ releaseId: id, components: [...o.aboard], after: [] }];
  const rideOf = (service: string): string => `${id}-${service}`;
  const aboard = new Set(o.aboard.map(({ service }) => service));
  const rides = o.aboard.map((one) => ({
    releaseId: rideOf(one.service),
    components: [one],
    after: needed(one.service, o.dependsOn)
      .filter((service) => aboard.has(service))
      .map(rideOf)
      .sort(),
  }));
  // Who needs more comes later: what is needed is needed by fewer, for needs are transitive.
  return rides.sort((a, b) => a.after.length - b.after.length);
}

/** Everything that a service depends on, also through others; itself left out. */
function needed(service: string, dependsOn: ReadonlyMap<string, readonly string[]>): string[] {
  const found = new Set<string>();
  const left = [...(dependsOn.get(service) ?? [])];
  for (let next = left.pop(); next !== undefined; next = left.pop()) {
    if (next === service || found.has(next)) continue;
    found.add(next);
    left.push(...(dependsOn.get(next) ?? []));
  }
  return [...found];
}
