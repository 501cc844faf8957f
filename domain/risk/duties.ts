import type { RiskBand, RiskDuty } from './model.ts';
import type { RiskRule, StageRisk } from './snapshot.ts';

/** The most that the first rollout step may give to the new version from the band `high` on, in per cent. */
export const smallFirstStep = 10;
/** How long ago the way back may have been gone for `veryHigh`, in days. */
export const rehearsedWithinDays = 30;

const added: Record<RiskBand, readonly RiskDuty[]> = {
  low: [],
  moderate: ['comment'],
  high: ['comment', 'ownersSeat', 'smallFirstStep'],
  veryHigh: ['comment', 'ownersSeat', 'smallFirstStep', 'releaseManager', 'rehearsal', 'notWeekEnd'],
};

/** What a band adds to the rules that hold anyway; each band keeps what the milder ones add (semantics §5). */
export function dutiesOf(
  { band, points }: { band: RiskBand; points: number },
  rule: Pick<RiskRule, 'needsReleaseManagerFrom'>,
): RiskDuty[] {
  const duties = added[band];
  const isManagerAsked = points >= rule.needsReleaseManagerFrom && !duties.includes('releaseManager');
  return [...duties, ...(isManagerAsked ? (['releaseManager'] as const) : [])];
}

const sentences: Record<RiskDuty, string> = {
  comment: 'Whoever approves says why in a comment.',
  ownersSeat: 'One more person must agree, of the team that owns the service.',
  smallFirstStep: `The first rollout step gives the new version at most ${smallFirstStep} % of the traffic.`,
  releaseManager: 'A release manager must agree.',
  rehearsal: `The way back was gone within the last ${rehearsedWithinDays} days.`,
  notWeekEnd: 'It does not start on the last working day of the week.',
};
export const dutyText = (duty: RiskDuty): string => sentences[duty];

/** Whether whoever approves must say why: asked of what people were shown, not of what was found since. */
export const isCommentNeeded = ({ risk }: { risk?: StageRisk }): boolean =>
  risk?.snapshot?.duties.includes('comment') ?? false;
