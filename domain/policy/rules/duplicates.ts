import type { Located, PolicyDraft } from '../draft.ts';
import { pathText, type PolicyMistake, type PolicyPath } from '../problem.ts';

/** What is a name must mean one thing, and one address one person, or votes of two people would be folded into one. */
export function findDuplicates(draft: PolicyDraft): PolicyMistake[] {
  return [
    ...twice(
      named(draft.people),
      (id) => `Two people are called "${id}".`,
      'Give each person an id of their own.',
    ),
    ...twice(
      named(draft.environments),
      (id) => `Two environments are called "${id}".`,
      'Rename one of them, or remove it.',
    ),
    ...twice(
      named(draft.services),
      (id) => `Two services are called "${id}".`,
      'Rename one of them, or remove it.',
    ),
    ...sharedAddresses(draft),
    ...draft.services.flatMap((service) =>
      twice(service.dependsOn, (id) => `"${id}" stands twice in this list.`, 'Write it once.'),
    ),
    ...draft.pipelines.flatMap((pipeline) => [
      ...twice(
        pipeline.stages.flatMap((stage) =>
          stage.environment === undefined
            ? []
            : [{ value: stage.environment, path: [...stage.path, 'environment'] }],
        ),
        (id) => `Pipeline "${pipeline.id}" goes to "${id}" twice.`,
        'Keep one stage for each environment of a pipeline.',
      ),
      ...pipeline.stages.flatMap((stage) => [
        ...twice(
          stage.checkIds,
          (id) => `Two checks of this stage are called "${id}".`,
          'Rename one of them.',
        ),
        ...twice(
          stage.metricIds,
          (id) => `Two metrics of this stage are called "${id}".`,
          'Rename one of them.',
        ),
        ...stage.rules.flatMap(({ value: rule, path }) =>
          twice(
            (rule.people ?? []).map((person, index) => ({ value: person, path: [...path, 'people', index] })),
            (id) => `"${id}" stands twice in this rule.`,
            'Write each person once; one person has one vote.',
          ),
        ),
      ]),
    ]),
  ];
}

/** Mail addresses and aliases are one name space, compared without case. */
function sharedAddresses(draft: PolicyDraft): PolicyMistake[] {
  const owners = new Map<string, { index: number; name: string }>();
  const mistakes: PolicyMistake[] = [];
  for (const [index, person] of draft.people.entries()) {
    const claims = [
      ...(person.email === undefined ? [] : [{ value: person.email, path: [...person.path, 'email'] }]),
      ...person.aliases.map((alias, position) => ({
        value: alias,
        path: [...person.path, 'aliases', position],
      })),
    ];
    for (const { value, path } of claims) {
      const owner = owners.get(value.toLowerCase());
      owners.set(value.toLowerCase(), owner ?? { index, name: person.id ?? pathText(person.path) });
      if (!owner || owner.index === index) continue;
      mistakes.push({
        path,
        code: 'POLICY_DUPLICATE',
        detail: `"${value}" already belongs to ${owner.name}.`,
        remedy: 'Leave it with one person: it says whose commits and votes they are.',
      });
    }
  }
  return mistakes;
}

function twice(names: Located<string>[], detail: (name: string) => string, remedy: string): PolicyMistake[] {
  const seen = new Set<string>();
  return names.flatMap(({ value, path }) => {
    if (!seen.has(value)) {
      seen.add(value);
      return [];
    }
    return [{ path: [...path], code: 'POLICY_DUPLICATE' as const, detail: detail(value), remedy }];
  });
}

const named = (parts: readonly { id?: string; path: PolicyPath }[]): Located<string>[] =>
  parts.flatMap((part) => (part.id === undefined ? [] : [{ value: part.id, path: [...part.path, 'id'] }]));
