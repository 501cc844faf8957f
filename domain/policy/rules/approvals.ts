import { unreachable } from '../../gates/approvals/quorum.ts';
import type { Candidate } from '../../release/plan.ts';
import type { DraftStage, Located, PolicyDraft } from '../draft.ts';
import type { ApprovalRule } from '../policy.schema.ts';
import { nearest, type PolicyMistake } from '../problem.ts';

/**
 * Every rule must say who may vote, and enough different people must be able to: else each release would wait until its
 * request expires. Who is excluded depends on the release, so nobody is here (semantics §4, "Unreachable").
 */
export function findApprovalMistakes(draft: PolicyDraft): PolicyMistake[] {
  const people: Candidate[] = draft.people.flatMap(({ id, roles }) =>
    id === undefined ? [] : [{ id, name: id, roles }],
  );
  return draft.pipelines.flatMap(({ stages }) => stages.flatMap((stage) => ofStage(stage, people)));
}

function ofStage(stage: DraftStage, people: readonly Candidate[]): PolicyMistake[] {
  const unclear = stage.rules.flatMap((rule) => unclearRule(rule));
  if (unclear.length > 0) return unclear;
  const alone = stage.rules.flatMap((rule) => unreachableAlone(rule, people));
  return alone.length > 0 ? alone : unreachableTogether(stage, people);
}

function unreachableTogether({ rules, path }: DraftStage, people: readonly Candidate[]): PolicyMistake[] {
  // Which of two people of one id is meant is not known: that is told by its own rule, and would mislead this one.
  if (new Set(people.map(({ id }) => id)).size < people.length) return [];
  const because = unreachable({
    rules: rules.map(({ value }) => value),
    candidates: [...people, ...strangers(rules, people)],
    excluded: [],
  });
  if (because === undefined) return [];
  return [
    {
      path: [...path, 'approvals'],
      code: 'POLICY_APPROVAL_UNREACHABLE',
      detail: `Nobody can satisfy these rules together, because one person fills one seat: ${because}`,
      remedy: 'Give a role to one more person, ask for fewer, or join rules that mean the same people.',
    },
  ];
}

/** People whom only a rule names: a dangling reference is one mistake, not two. */
function strangers(rules: readonly Located<ApprovalRule>[], people: readonly Candidate[]): Candidate[] {
  const named = new Set(rules.flatMap(({ value }) => value.people ?? []));
  for (const { id } of people) named.delete(id);
  return [...named].map((id) => ({ id, name: id, roles: [] }));
}

function unclearRule({ value: rule, path }: Located<ApprovalRule>): PolicyMistake[] {
  if ((rule.role === undefined) !== (rule.people === undefined)) return [];
  const both = rule.role !== undefined;
  return [
    {
      path: [...path],
      code: 'POLICY_APPROVAL_RULE_INVALID',
      detail: both
        ? 'This rule has a role and people, so it is not clear who may vote.'
        : 'This rule does not say who may vote.',
      remedy: both
        ? 'Keep `role` or `people`; write two rules where both must agree.'
        : 'Write `role: qa` for everybody with that role, or `people: [ana]` for certain people.',
    },
  ];
}

function unreachableAlone(
  { value: rule, path }: Located<ApprovalRule>,
  people: readonly Candidate[],
): PolicyMistake[] {
  if (rule.role !== undefined && !people.some((person) => person.roles.includes(rule.role ?? ''))) {
    const near = nearest(rule.role, new Set(people.flatMap((person) => person.roles)));
    const give = `Give somebody the role under \`people\`: \`roles: [${rule.role}]\`.`;
    return [
      {
        path: [...path, 'role'],
        code: 'POLICY_APPROVAL_UNREACHABLE',
        detail: `Nobody has the role "${rule.role}", so nobody can satisfy this rule.`,
        remedy: near === undefined ? give : `Did you mean \`${near}\`? Else: ${give}`,
      },
    ];
  }
  const able = rule.people
    ? new Set(rule.people).size
    : people.filter((person) => person.roles.includes(rule.role ?? '')).length;
  if (able >= rule.atLeast) return [];
  return [
    {
      path: [...path, 'atLeast'],
      code: 'POLICY_APPROVAL_UNREACHABLE',
      detail: `This rule needs ${rule.atLeast} people, and only ${able} may vote under it.`,
      remedy: `Write atLeast: ${able}, or name more people.`,
    },
  ];
}
