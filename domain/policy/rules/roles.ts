import type { DraftStage, Located, PolicyDraft } from '../draft.ts';
import { suggestion, type PolicyMistake } from '../problem.ts';

/**
 * Whoever may break the glass must exist, and what a hotfix must pass: else it is found out on the day when it is needed. Roles of
 * approval rules and of their backups are judged with their seats, that of waivers with the gates.
 */
export function findRoleMistakes(draft: PolicyDraft): PolicyMistake[] {
  const held = new Set(draft.people.flatMap(({ roles }) => roles));
  return draft.pipelines.flatMap(({ stages }) =>
    stages.flatMap((stage) => [
      ...(stage.glass?.value.roles ?? []).flatMap((role) => unheld(role, held)),
      ...unknownChecks(stage),
      ...tooFewForGlass(stage, draft),
    ]),
  );
}

function unheld({ value, path }: Located<string>, held: ReadonlySet<string>): PolicyMistake[] {
  if (held.has(value)) return [];
  return [
    {
      path: [...path],
      code: 'POLICY_REFERENCE_UNKNOWN',
      detail: `Nobody has the role "${value}".`,
      remedy: suggestion(value, held, 'Give it to somebody: `roles` under `people`.'),
    },
  ];
}

const unknownChecks = ({ hotfix, checkIds }: DraftStage): PolicyMistake[] => {
  const known = new Set(checkIds.map(({ value }) => value));
  return hotfix.checks
    .filter(({ value }) => !known.has(value))
    .map(({ value, path }) => ({
      path: [...path],
      code: 'POLICY_REFERENCE_UNKNOWN' as const,
      detail: `This stage has no check "${value}".`,
      remedy: suggestion(value, known, 'Leave it out: this stage has no checks.'),
    }));
};

/** More people than there are could never break it together. */
function tooFewForGlass({ glass }: DraftStage, { people }: PolicyDraft): PolicyMistake[] {
  if (!glass) return [];
  const { roles, atLeast } = glass.value;
  const able = people.filter((person) => roles.some(({ value: role }) => person.roles.includes(role))).length;
  if (able === 0 || able >= atLeast) return []; // that nobody has the roles is told for each of them
  return [
    {
      path: [...glass.path, 'atLeast'],
      code: 'POLICY_APPROVAL_UNREACHABLE',
      detail: `It takes ${atLeast} people to break the glass here, and ${able} may.`,
      remedy: 'Give one of its `roles` to more people, or ask for fewer.',
    },
  ];
}
