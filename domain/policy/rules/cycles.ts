import type { DraftService, PolicyDraft } from '../draft.ts';
import type { PolicyMistake } from '../problem.ts';

/** Services that wait for each other could never be deployed in order: each circle is told once, with its way round. */
export function findCycles(draft: PolicyDraft): PolicyMistake[] {
  const services = new Map<string, DraftService>();
  for (const service of draft.services) {
    if (service.id !== undefined && !services.has(service.id)) services.set(service.id, service);
  }
  const finished = new Set<string>();
  return [...services.keys()].flatMap((id) => cyclesFrom(id, services, finished));
}

/** Walks depth first with a way of its own: a chain as long as the file allows would exhaust the call stack. */
function cyclesFrom(
  first: string,
  services: ReadonlyMap<string, DraftService>,
  finished: Set<string>,
): PolicyMistake[] {
  const mistakes: PolicyMistake[] = [];
  const way: { id: string; next: number }[] = [];
  const stepsTaken = new Map<string, number>();
  const enter = (id: string): void => {
    stepsTaken.set(id, way.length);
    way.push({ id, next: 0 });
  };
  if (!finished.has(first)) enter(first);
  for (let here = way.at(-1); here; here = way.at(-1)) {
    const dependency = services.get(here.id)?.dependsOn[here.next];
    here.next += 1;
    if (!dependency) {
      finished.add(here.id);
      stepsTaken.delete(here.id);
      way.pop();
      continue;
    }
    const start = stepsTaken.get(dependency.value);
    if (start !== undefined) {
      const members = way.slice(start).map(({ id }) => id);
      mistakes.push(cycle(members, [...dependency.path]));
    } else if (!finished.has(dependency.value)) {
      enter(dependency.value);
    }
  }
  return mistakes;
}

function cycle(members: string[], path: (string | number)[]): PolicyMistake {
  const [first = ''] = members;
  const shown = members.length > 10 ? [...members.slice(0, 9), '…'] : members;
  const detail =
    members.length === 1
      ? `The service depends on itself: ${first} → ${first}.`
      : `The services depend on each other in a circle: ${[...shown, first].join(' → ')}.`;
  return {
    path,
    code: 'POLICY_CYCLE',
    detail,
    remedy: 'Remove one of these dependencies; the one that is not needed for a deployment.',
  };
}
