import type { CompensationView } from '../release/release.ts';

/** A component and the services that must be deployed before it and undone after it. */
export interface Dependent {
  service: string;
  dependsOn: readonly string[];
}

/**
 * Providers before their dependants; what does not depend on each other keeps its given order. Services that are not in the
 * list are ignored. @throws on a circle, which the policy check refuses before anything is planned.
 */
export function deployOrder<C extends Dependent>(components: readonly C[]): C[] {
  const ordered: C[] = [];
  let waiting = [...components];
  while (waiting.length > 0) {
    const missing = new Set(waiting.map(({ service }) => service));
    const next = waiting.find(
      ({ service, dependsOn }) => !dependsOn.some((other) => other !== service && missing.has(other)),
    );
    if (!next) throw new Error(`services depend on each other in a circle: ${[...missing].join(', ')}`);
    ordered.push(next);
    waiting = waiting.filter((component) => component !== next);
  }
  return ordered;
}

/** Dependants before their providers: {@link deployOrder} backwards. */
export const undoOrder = <C extends Dependent>(components: readonly C[]): C[] =>
  deployOrder(components).reverse();

/** A registered compensation: whose it is, and how far it is. */
export interface Compensation extends Dependent {
  state: CompensationView['state'];
}

/** What can be undone now. All lists hold services, in the order of the input. */
export interface NextCompensations {
  /** May run now, side by side. */
  run: string[];
  /** Must wait for people: a dependant of theirs still runs new code and cannot be undone. */
  needsPeople: string[];
  /** `stuck`: nothing runs or can run, and something waits for a person. `done`: every compensation has ended. */
  phase: 'working' | 'stuck' | 'done';
}

/**
 * Which compensations may run, and which cannot before a person acts (semantics §7): a provider only after all its dependants
 * ended well. A failed one stops its providers, theirs too, and nobody else. One that waited for people runs again by itself
 * once a person has settled what stood in its way.
 */
export function nextCompensations(compensations: readonly Compensation[]): NextCompensations {
  const open = compensations.filter(({ state }) => state === 'pending' || state === 'needsPeople');
  const dependantsOf = ({ service }: Compensation) =>
    compensations.filter((other) => other.service !== service && other.dependsOn.includes(service));
  const shut = new Set(
    compensations.filter(({ state }) => state === 'failed' || state === 'left').map(({ service }) => service),
  );
  for (let grown = true; grown;) {
    const reached = open.filter(
      (one) => !shut.has(one.service) && dependantsOf(one).some(({ service }) => shut.has(service)),
    );
    for (const { service } of reached) shut.add(service);
    grown = reached.length > 0;
  }
  const needsPeople = open.filter(({ service }) => shut.has(service));
  const run = open.filter((one) => dependantsOf(one).every(({ state }) => endedWell.includes(state)));
  const isFailed = compensations.some(({ state }) => state === 'failed');
  const isRunning = run.length > 0 || compensations.some(({ state }) => state === 'running');
  return {
    run: run.map(({ service }) => service),
    needsPeople: needsPeople.map(({ service }) => service),
    phase: isRunning ? 'working' : isFailed || needsPeople.length > 0 ? 'stuck' : 'done',
  };
}

const endedWell: readonly Compensation['state'][] = ['compensated', 'notNeeded', 'doneByHand'];
