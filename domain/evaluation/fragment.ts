import type { Fragment } from './facts.schema.ts';

/** Nothing is ever deployed by a fragment: the words only say so where somebody shows them. */
const noDeployment = { kind: 'command', apply: ['not-deployed'], undo: ['not-deployed'] };

const noRehearsal = {
  id: 'rehearsal',
  kind: 'rehearsal',
  probe: { kind: 'command', run: ['not-run'] },
};
/** Nor is a repository read: branches and files are facts. */
const noSource = { git: 'not-read' };

/** A fragment as the value of a whole gantry.yaml, with one service, its stage, and those before it. */
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
    environments: [{ ...fragment.environment, id: stage }, ...fragment.before.map((id) => ({ id }))],
    services: [{ source: noSource, ...fragment.service, id: service, pipeline: 'fragment' }],
    pipelines: {
      fragment: [
        ...fragment.before.map((environment) => ({
          environment,
          deploy: noDeployment,
          // what a stage asks of those before it is not theirs to answer here: they rehearse where it wants that
          ...(fragment.stage.gates?.rehearsed === undefined ? {} : { checks: [noRehearsal] }),
        })),
        { deploy: noDeployment, ...fragment.stage, environment: stage },
      ],
    },
  };
}

/** Where in the fragment a place of that policy comes from; `before` stages stand before its own. */
export function placeInFragment(path: readonly (string | number)[], before = 0): (string | number)[] {
  const [first, second, third, ...rest] = path;
  switch (first) {
    case 'pipelines':
      return third === before || third === undefined ? ['stage', ...rest] : ['before', third, ...rest];
    case 'environments':
      return second === 0 || second === undefined
        ? ['environment', ...path.slice(2)]
        : ['before', Number(second) - 1];
    case 'services':
      return ['service', ...path.slice(2)];
    case 'organisation':
      return path.slice(1);
    default:
      return [...path];
  }
}
