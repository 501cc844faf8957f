import { listOf } from '../../list-of.ts';
import { isBackupOf, isNamedBy } from '../../gates/approvals/electorate.ts';
import { unreachable } from '../../gates/approvals/quorum.ts';
import type { Candidate } from '../../release/plan.ts';
import type { DraftStage, Located, PolicyDraft } from '../draft.ts';
import type { ApprovalRule } from '../policy.schema.ts';
import { nearest, type PolicyMistake, type PolicyPath } from '../problem.ts';

/**
 * Every rule must say who may vote, and enough different people must be able to: else each release would wait until its
 * request expires. Who is excluded depends on the release, so nobody is here (semantics §4, "Unreachable").
 */
export function findApprovalMistakes(draft: PolicyDraft): PolicyMistake[] {
  const people: Candidate[] = draft.people.flatMap(({ id, roles, team }) =>
    id === undefined ? [] : [{ id, name: id, roles, ...(team === undefined ? {} : { team }) }],
  );
  return draft.pipelines.flatMap(({ stages }) =>
    stages.flatMap((stage) =>
      [stage, underHotfix(stage), goingBack(stage)].flatMap((one) => ofStage(one, people)),
    ),
  );
}

/** The same stage as what cannot wait meets it; its terms have been judged with the rest of it. */
const underHotfix = (stage: DraftStage): DraftStage => ({
  ...stage,
  rules: stage.hotfix.rules,
  terms: { escalates: false },
  path: [...stage.path, 'hotfix'],
});

/** A stage, and where its rules stand if not under `approvals`. */
type JudgedStage = DraftStage & { rulesPath?: PolicyPath };

/** The same stage as a release meets it that goes back. */
const goingBack = (stage: DraftStage): JudgedStage => ({
  ...stage,
  rules: stage.rollbackRules,
  terms: { escalates: false },
  rulesPath: [...stage.path, 'rollbackApprovals'],
});

function ofStage(stage: JudgedStage, people: readonly Candidate[]): PolicyMistake[] {
  const unclear = stage.rules.flatMap((rule) => unclearRule(rule));
  if (unclear.length > 0) return unclear;
  const alone = stage.rules.flatMap((rule) => unreachableAlone(rule, people));
  return alone.length > 0 ? alone : [...unreachableTogether(stage, people), ...withoutEffect(stage, people)];
}

function unreachableTogether(
  { rules, terms, path, rulesPath = [...path, 'approvals'] }: JudgedStage,
  people: readonly Candidate[],
): PolicyMistake[] {
  // Which of two people of one id is meant is not known: that is told by its own rule, and would mislead this one.
  if (new Set(people.map(({ id }) => id)).size < people.length) return [];
  const because = unreachable({
    rules: rules.map(({ value }) => value),
    candidates: [...people, ...strangers(rules, people)],
    excluded: [],
    terms: terms.sameTeamAtMost === undefined ? {} : { sameTeamAtMost: terms.sameTeamAtMost },
  });
  if (because === undefined) return [];
  return [
    {
      path: [...rulesPath],
      code: 'POLICY_APPROVAL_UNREACHABLE',
      detail: `Nobody can satisfy these rules together, because one person fills one seat: ${because}`,
      remedy: 'Give a role to one more person, ask for fewer, or join rules that mean the same people.',
    },
  ];
}

/** Terms that could never do what they say: nobody would notice until they are needed. */
function withoutEffect({ rules, terms, path }: DraftStage, people: readonly Candidate[]): PolicyMistake[] {
  const able = people.filter((person) =>
    rules.some(({ value }) => isNamedBy(value, person) || isBackupOf(value, person)),
  );
  const teamless = able.filter(({ team }) => team === undefined).map(({ id }) => id);
  const invalid = (field: string, detail: string, remedy: string): PolicyMistake => ({
    path: [...path, 'approval', field],
    code: 'POLICY_APPROVAL_RULE_INVALID',
    detail,
    remedy,
  });
  return [
    ...(terms.escalates && !rules.some(({ value }) => value.backup)
      ? [
          invalid(
            'onExpiry',
            'This stage escalates, and no rule of it names a `backup`: nobody new could be asked.',
            'Add `backup: { role: … }` or `backup: { people: […] }` to a rule, or write `onExpiry: close`.',
          ),
        ]
      : []),
    ...(terms.sameTeamAtMost !== undefined && teamless.length > 0
      ? [
          invalid(
            'sameTeamAtMost',
            `It is not known of which team ${listOf(teamless, 'and')} ${teamless.length === 1 ? 'is' : 'are'}, so this limit could not be kept.`,
            'Give everybody who may vote here a `team` under `people`.',
          ),
        ]
      : []),
    ...((terms.rejectQuorum ?? 1) > able.length && able.length > 0
      ? [
          invalid(
            'rejectQuorum',
            `${terms.rejectQuorum ?? 1} people must reject, and only ${able.length} may vote.`,
            `Write rejectQuorum: ${able.length} or less.`,
          ),
        ]
      : []),
  ];
}

/** People whom only a rule names: a dangling reference is one mistake, not two. */
function strangers(rules: readonly Located<ApprovalRule>[], people: readonly Candidate[]): Candidate[] {
  const named = new Set(
    rules.flatMap(({ value }) => [...(value.people ?? []), ...(value.backup?.people ?? [])]),
  );
  for (const { id } of people) named.delete(id);
  return [...named].map((id) => ({ id, name: id, roles: [] }));
}

function unclearRule({ value: rule, path }: Located<ApprovalRule>): PolicyMistake[] {
  const { backup } = rule;
  if (backup && (backup.role === undefined) === (backup.people === undefined))
    return [
      {
        path: [...path, 'backup'],
        code: 'POLICY_APPROVAL_RULE_INVALID',
        detail:
          backup.role === undefined
            ? 'This backup does not say who it is.'
            : 'This backup has a role and people, so it is not clear who it is.',
        remedy: 'Write `role: qa-lead` for everybody with that role, or `people: [ana]` for certain people.',
      },
    ];
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
  const unheld = [
    ...unheldRole(rule.role, path, 'nobody can satisfy this rule', people),
    ...unheldRole(rule.backup?.role, [...path, 'backup'], 'this backup is nobody', people),
  ];
  if (unheld.length > 0) return unheld;
  const able = new Set([...whoIs(rule, people), ...whoIs(rule.backup ?? {}, people)]).size;
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

/** A person who is named counts, although nobody else knows that name: that is a mistake of its own. */
const whoIs = (
  { role, people: names }: Pick<ApprovalRule, 'role' | 'people'>,
  people: readonly Candidate[],
): readonly string[] =>
  names ?? people.filter((person) => role !== undefined && person.roles.includes(role)).map(({ id }) => id);

function unheldRole(
  role: string | undefined,
  path: PolicyPath,
  so: string,
  people: readonly Candidate[],
): PolicyMistake[] {
  if (role === undefined || people.some((person) => person.roles.includes(role))) return [];
  const near = nearest(role, new Set(people.flatMap((person) => person.roles)));
  const give = `Give somebody the role under \`people\`: \`roles: [${role}]\`.`;
  return [
    {
      path: [...path, 'role'],
      code: 'POLICY_APPROVAL_UNREACHABLE',
      detail: `Nobody has the role "${role}", so ${so}.`,
      remedy: near === undefined ? give : `Did you mean \`${near}\`? Else: ${give}`,
    },
  ];
}
