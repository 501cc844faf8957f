import type { DraftService, PolicyDraft } from '../draft.ts';
import type { PolicyMistake } from '../problem.ts';

/** Services that wait for each other could never be deployed in order: each circle is told once, with its way round. */
export function findCycles(draft: PolicyDraft): PolicyMistake[] {
  const services = new Map<string, DraftService>();
  for (const service of draft.services) {
    if (service.id !== undefined && !services.has(service.id)) services.set(service.id, service);
  }
  const mistakes: PolicyMistake[] = [];
  const finished = new Set<string>();

  const visit = (id: string, way: readonly string[]): void => {
    const service = services.get(id);
    if (!service || finished.has(id)) return;
    for (const { value: next, path } of service.dependsOn) {
      const start = [...way, id].indexOf(next);
      if (start === -1) visit(next, [...way, id]);
      else mistakes.push(cycle([...way, id].slice(start), [...path]));
    }
    finished.add(id);
  };
  for (const id of services.keys()) visit(id, []);
  return mistakes;
}

function cycle(members: string[], path: (string | number)[]): PolicyMistake {
  const [first = ''] = members;
  const detail =
    members.length === 1
      ? `The service depends on itself: ${first} → ${first}.`
      : `The services depend on each other in a circle: ${[...members, first].join(' → ')}.`;
  return {
    path,
    code: 'POLICY_CYCLE',
    detail,
    remedy: 'Remove one of these dependencies; the one that is not needed for a deployment.',
  };
}
