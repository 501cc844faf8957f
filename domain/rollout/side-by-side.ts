import type { Dependent } from './order.ts';

/** A component of a stage that is being deployed. `stopped`: it ended before it was through. */
export interface Deploying extends Dependent {
  state: 'pending' | 'running' | 'done' | 'stopped';
}

/**
 * Services that may be started now, in the order of the input: those whose providers are all through, as many as the limit leaves
 * room for. Nothing more is started once one has stopped.
 */
export function nextToDeploy(components: readonly Deploying[], limit: number): string[] {
  if (components.some(({ state }) => state === 'stopped')) return [];
  const isThrough = (service: string, of: string) =>
    service === of || components.every((one) => one.service !== service || one.state === 'done');
  const free = limit - components.filter(({ state }) => state === 'running').length;
  return components
    .filter(
      ({ state, service, dependsOn }) =>
        state === 'pending' && dependsOn.every((provider) => isThrough(provider, service)),
    )
    .slice(0, Math.max(0, free))
    .map(({ service }) => service);
}
