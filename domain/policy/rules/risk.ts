import { riskRuleOf } from '../../risk/rule.ts';
import type { DraftStage, PolicyDraft } from '../draft.ts';
import type { PolicyMistake } from '../problem.ts';

/** Bands must follow each other, and what the heavier ones ask for must be possible: else a release would learn it too late. */
export function findRiskMistakes(draft: PolicyDraft): PolicyMistake[] {
  const isManaged = draft.people.some(({ roles }) => roles.includes('release-manager'));
  return draft.pipelines.flatMap(({ stages }) =>
    stages.flatMap((stage) => [
      ...unorderedBands(stage),
      ...idleHours(stage),
      ...(isManaged ? [] : unmanaged(stage)),
    ]),
  );
}

function unorderedBands({ risk }: DraftStage): PolicyMistake[] {
  if (!risk) return [];
  const { moderate, high, veryHigh } = riskRuleOf(risk.value).bands;
  if (moderate < high && high < veryHigh) return [];
  return [
    {
      path: [...risk.path, 'bands'],
      code: 'POLICY_FIELD_INVALID',
      detail: `The bands begin at ${moderate}, ${high} and ${veryHigh}, so that one of them never holds.`,
      remedy:
        'Let moderate be less than high, and high less than veryHigh; those that are left out are 20, 40 and 60.',
    },
  ];
}

function idleHours({ risk }: DraftStage): PolicyMistake[] {
  const { from = '09:00', to = '17:00' } = risk?.value.workingHours ?? {};
  if (!risk || from < to) return [];
  return [
    {
      path: [...risk.path, 'workingHours'],
      code: 'POLICY_FIELD_INVALID',
      detail: `The working hours end at ${to}, which is not after ${from}.`,
      remedy: 'Write a `to` that is later on the same day, such as from: "09:00", to: "17:00".',
    },
  ];
}

/** From some points on a release manager must agree; without one every such release would be stuck. */
function unmanaged({ risk }: DraftStage): PolicyMistake[] {
  if (!risk || (risk.value.refuseFrom ?? 101) <= riskRuleOf(risk.value).needsReleaseManagerFrom) return [];
  return [
    {
      path: [...risk.path],
      code: 'POLICY_APPROVAL_UNREACHABLE',
      detail: `From ${riskRuleOf(risk.value).needsReleaseManagerFrom} points on a release manager must agree, and nobody has the role "release-manager".`,
      remedy:
        'Give somebody `roles: [release-manager]`, or refuse such releases: `refuseFrom` with no more points than that.',
    },
  ];
}
