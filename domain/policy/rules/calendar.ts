import type { DraftRule } from '../draft-calendar.ts';
import type { PolicyDraft } from '../draft.ts';
import { suggestion, type PolicyMistake, type PolicyPath } from '../problem.ts';

/** Windows and freezes: one meaning for each name, and every name in a scope that of something. A typing mistake would silently open a gate. */
export function findCalendarMistakes(draft: PolicyDraft): PolicyMistake[] {
  const { rules, labels } = draft.calendar;
  const known = {
    service: ids(draft.services),
    environment: ids(draft.environments),
    person: ids(draft.people),
    label: new Set(labels.map(({ value }) => value)),
  };
  return [
    ...sharedNames(rules),
    ...rules.flatMap((rule) => [
      ...unknown(rule.owner, [...rule.path, 'owner'], 'person', known.person),
      ...rule.services.flatMap(({ value, path }) => unknown(value, path, 'service', known.service)),
      ...rule.environments.flatMap(({ value, path }) =>
        unknown(value, path, 'environment', known.environment),
      ),
      ...rule.labels.flatMap(({ value, path }) => unknown(value, path, 'label', known.label)),
      ...contradictions(rule),
    ]),
  ];
}

/** Windows and freezes share one name space: sentences, overrides and addresses mean them by name alone. */
function sharedNames(rules: readonly DraftRule[]): PolicyMistake[] {
  const seen = new Set<string>();
  return rules.flatMap((rule) => {
    if (!seen.has(rule.id)) {
      seen.add(rule.id);
      return [];
    }
    return [
      {
        path: [...rule.path, ...(rule.isNamed ? ['id'] : [])],
        code: 'POLICY_DUPLICATE' as const,
        detail: `Two windows or freezes are called "${rule.id}".`,
        remedy: rule.isNamed ? 'Give each one a name of its own.' : 'Give this one an `id` of its own.',
      },
    ];
  });
}

/** What stands under an environment is about that environment: naming others there would be overlooked. */
function contradictions(rule: DraftRule): PolicyMistake[] {
  const [first] = rule.within === undefined ? [] : rule[rule.within];
  if (!first) return [];
  const what = rule.within === 'environments' ? 'environment' : 'service';
  return [
    {
      path: first.path.slice(0, -1),
      code: 'POLICY_FIELD_INVALID',
      detail: `This ${rule.kind} stands under one ${what}, and is about that one alone.`,
      remedy: `Remove \`${rule.within}\` here, or move the ${rule.kind} to the \`${rule.kind}s\` of the file.`,
    },
  ];
}

const lists = {
  person: 'Add it under `people`.',
  service: 'Add it under `services`.',
  environment: 'Add it under `environments`.',
  label: 'Write it under `labels` of a service or environment.',
} as const;

export function unknown(
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
      detail: what === 'label' ? `Nothing carries the label "${name}".` : `There is no ${what} "${name}".`,
      remedy: suggestion(name, known, lists[what]),
    },
  ];
}

export const ids = (parts: readonly { id?: string }[]): ReadonlySet<string> =>
  new Set(parts.flatMap((part) => (part.id === undefined ? [] : [part.id])));
