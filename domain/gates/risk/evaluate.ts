import { smallFirstStep } from '../../risk/duties.ts';
import type { RiskSnapshot, StageRisk } from '../../risk/snapshot.ts';
import { factorName, heaviestFirst, pointsText } from '../../risk/words.ts';
import type { Verdict } from '../../verdict.ts';

/** What the risk gate must be told of a stage. `firstWeights` are the shares of each component's first rollout step, in per cent. */
export interface RiskGateFacts extends StageRisk {
  firstWeights: readonly number[];
}

/**
 * Whether a release may go on at its risk (semantics §5). Hard blockers and a limit of the policy deny whatever else is
 * good; what a band asks for by deed is judged here, and what it asks of people becomes approval rules.
 */
export function evaluateRisk(facts: RiskGateFacts, now: string): Verdict {
  const { snapshot, rule } = facts;
  if (!snapshot)
    return { kind: 'waiting', because: 'Cannot tell how risky it is yet: the facts are being gathered.' };
  const told = pointsText(snapshot);
  const [blocker] = snapshot.blockers;
  if (blocker) return { kind: 'denied', because: `${blocker.because} (${told})`, remedy: blocker.remedy };
  if (rule.refuseFrom !== undefined && snapshot.points >= rule.refuseFrom)
    return {
      kind: 'denied',
      because: `Risk is ${told}; this stage refuses from ${rule.refuseFrom} on. Most of it: ${heaviest(snapshot)}.`,
      remedy:
        'Make the release smaller, or mend what adds most: `gantry risk SERVICE VERSION` names it. Then start a new release.',
    };
  return unmetDuty(facts, snapshot, now) ?? { kind: 'allowed', because: allowedBecause(snapshot) };
}

/** The first thing that the band asks for and that is not so. */
function unmetDuty(
  { firstWeights }: RiskGateFacts,
  snapshot: RiskSnapshot,
  now: string,
): Verdict | undefined {
  const told = pointsText(snapshot);
  const asks = (duty: RiskSnapshot['duties'][number]): boolean => snapshot.duties.includes(duty);
  const first = Math.max(0, ...firstWeights);
  if (asks('smallFirstStep') && first > smallFirstStep)
    return {
      kind: 'denied',
      because: `Risk is ${told}, and the first rollout step gives the new version ${first} % of the traffic at once; at most ${smallFirstStep} % is allowed.`,
      remedy: `Begin \`deploy.steps\` of this stage with a weight of at most ${smallFirstStep}, apply gantry.yaml, then start a new release.`,
    };
  if (snapshot.rulesMissing !== undefined)
    return {
      kind: 'denied',
      because: `Risk is ${told}, so its owners must agree, and ${snapshot.rulesMissing}.`,
      remedy:
        'Name an `owner` with a `team` for the service in gantry.yaml, apply it, then start a new release.',
    };
  const rehearsal = snapshot.factors.find(({ factor }) => factor === 'rollback');
  if (asks('rehearsal') && !(rehearsal?.state === 'measured' && rehearsal.points === 0))
    return {
      kind: 'denied',
      because: `Risk is ${told}, so the way back must have been gone within 30 days. ${rehearsal?.sentence ?? 'Nothing is known of it.'}`,
      remedy:
        'Rehearse the rollback of this service here, then the gate opens by itself; or make the release smaller.',
    };
  if (asks('notWeekEnd') && snapshot.weekEndsAt !== undefined && now < snapshot.weekEndsAt)
    return {
      kind: 'waiting',
      because: `Risk is ${told}: it does not start on the last working day of the week.`,
      until: snapshot.weekEndsAt,
    };
  return undefined;
}

function allowedBecause(snapshot: RiskSnapshot): string {
  const why = heaviest(snapshot);
  const unknown = snapshot.factors.filter(({ state }) => state === 'unknown').length;
  const doubt = unknown === 0 ? '' : ` ${unknown} ${unknown === 1 ? 'factor is' : 'factors are'} unknown.`;
  return `Risk is ${pointsText(snapshot)}${why === '' ? '' : `: ${why}`}.${doubt}`;
}

/** `migration 18, size 12, history 4`. */
const heaviest = ({ factors }: RiskSnapshot): string =>
  heaviestFirst(factors)
    .slice(0, 3)
    .map(({ factor, points }) => `${factorName(factor)} ${points}`)
    .join(', ');
