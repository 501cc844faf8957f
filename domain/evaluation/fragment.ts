import type { Fragment } from './facts.schema.ts';

/** Nothing is ever deployed by a fragment: the words only say so where somebody shows them. */
const noDeployment = { kind: 'command', apply: ['not-deployed'], undo: ['not-deployed'] };

/** A fragment as the value of a whole gantry.yaml, with one service and one environment around its stage. */
export function policyAround(
  fragment: Fragment,
  { service, stage }: { service: string; stage: string },
): Record<string, unknown> {
  return {
    gantry: 1,
    organisation: { name: 'Fragment', zone: fragment.zone ?? 'UTC' },
    people: fragment.people.map((person) => ({
      name: person.id,
      email: `${person.id}@fragment.invalid`,
      ...person,
    })),
    environments: [{ ...fragment.environment, id: stage }],
    services: [{ id: service, pipeline: 'fragment' }],
    pipelines: { fragment: [{ deploy: noDeployment, ...fragment.stage, environment: stage }] },
  };
}

/** Where in the fragment a place of that policy comes from. */
export function placeInFragment(path: readonly (string | number)[]): (string | number)[] {
  const [first, ...rest] = path;
  if (first === 'pipelines') return ['stage', ...rest.slice(2)];
  if (first === 'environments') return ['environment', ...rest.slice(1)];
  if (first === 'organisation') return rest;
  return [...path];
}
