import type { DraftStage, PolicyDraft } from '../draft.ts';
import { suggestion, type PolicyMistake, type PolicyPath } from '../problem.ts';

/** Every name that stands for a part of the file must be the name of one. */
export function findDanglingReferences(draft: PolicyDraft): PolicyMistake[] {
  const people = ids(draft.people);
  const services = ids(draft.services);
  const pipelines = new Set(draft.pipelines.map((pipeline) => pipeline.id));
  return [
    ...draft.onCall.flatMap(({ value, path }) => check(value, path, 'person', people)),
    ...draft.people.flatMap(({ manager }) => check(manager?.value, manager?.path ?? [], 'person', people)),
    ...draft.services.flatMap((service) => [
      ...check(service.owner, [...service.path, 'owner'], 'person', people),
      ...check(service.pipeline, [...service.path, 'pipeline'], 'pipeline', pipelines),
      ...service.dependsOn.flatMap(({ value, path }) => check(value, path, 'service', services)),
    ]),
    ...draft.pipelines.flatMap(({ stages }) => stages.flatMap((stage) => ofStage(stage, draft, people))),
  ];
}

function ofStage(stage: DraftStage, draft: PolicyDraft, people: ReadonlySet<string>): PolicyMistake[] {
  return [
    ...check(stage.environment, [...stage.path, 'environment'], 'environment', ids(draft.environments)),
    ...[...stage.rules, ...stage.hotfix.rules, ...stage.rollbackRules].flatMap(({ value: rule, path }) => [
      ...named(rule.people, path, people),
      ...named(rule.backup?.people, [...path, 'backup'], people),
    ]),
  ];
}

const named = (
  names: readonly string[] | undefined,
  path: PolicyPath,
  people: ReadonlySet<string>,
): PolicyMistake[] =>
  (names ?? []).flatMap((person, index) => check(person, [...path, 'people', index], 'person', people));

const lists = {
  person: 'people',
  service: 'services',
  environment: 'environments',
  pipeline: 'pipelines',
} as const;

function check(
  name: string | undefined,
  path: PolicyPath,
  what: keyof typeof lists,
  known: ReadonlySet<string>,
): PolicyMistake[] {
  if (name === undefined || known.has(name)) return [];
  return [
    {
      path: [...path],
      code: 'POLICY_REFERENCE_UNKNOWN',
      detail: `There is no ${what} "${name}".`,
      remedy: suggestion(name, known, `Add it under \`${lists[what]}\`.`),
    },
  ];
}

const ids = (parts: readonly { id?: string }[]): ReadonlySet<string> =>
  new Set(parts.flatMap((part) => (part.id === undefined ? [] : [part.id])));
