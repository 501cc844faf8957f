import { dutiesOf, smallFirstStep } from '../../risk/duties.ts';
import { riskBands } from '../../risk/model.ts';
import { bandAt } from '../../risk/score.ts';
import type { RiskDoubt, RiskRule, RiskSnapshot } from '../../risk/snapshot.ts';
import { factorName, heaviestFirst, pointsText } from '../../risk/words.ts';
import type { Verdict } from '../../verdict.ts';

/** What the risk gate must be told of a stage. `firstWeights` are the shares of each component's first rollout step, in per cent. */
export interface RiskGateFacts {
  rule: RiskRule;
  /** What was found last. */
  snapshot?: RiskSnapshot;
  doubt?: RiskDoubt;
  firstWeights: readonly number[];
}

/**
 * Whether a release may go on at its risk (semantics §5). Hard blockers and a limit of the policy deny whatever else is
 * good; what a band asks for by deed is judged here, and what it asks of people becomes approval rules.
 */
export function evaluateRisk(facts: RiskGateFacts, now: string): Verdict {
  const { snapshot, rule, doubt } = facts;
  if (doubt)
    return { kind: 'waiting', because: `Cannot tell how risky it is: ${doubt.because}`, until: doubt.until };
  if (!snapshot)
    return { kind: 'waiting', because: 'Cannot tell how risky it is yet: the facts are being gathered.' };
  return (
    refusal(rule, snapshot) ??
    unmetDuty(facts, snapshot, now) ?? { kind: 'allowed', because: allowedBecause(snapshot) }
  );
}

/**
 * Whether nothing but what its band asks for keeps it shut: broken glass passes that, and never a hard blocker, the limit of the
 * policy or a doubt (semantics §4, "Break-glass").
 */
export function isShutByDuty(facts: RiskGateFacts, now: string): boolean {
  const { snapshot, rule, doubt } = facts;
  if (doubt || !snapshot || refusal(rule, snapshot)) return false;
  return unmetDuty(facts, snapshot, now) !== undefined;
}

/** What no deed of anybody changes. */
function refusal(rule: RiskRule, snapshot: RiskSnapshot): Verdict | undefined {
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
  return undefined;
}

/** The first thing that the band asks for and that is not so. */
function unmetDuty(
  { firstWeights }: RiskGateFacts,
  snapshot: RiskSnapshot,
  now: string,
): Verdict | undefined {
  const told = pointsText(snapshot);
  const asks = (duty: RiskSnapshot['duties'][number]): boolean => snapshot.duties.includes(duty);
  const large = asks('smallFirstStep') ? largeFirstStep(firstWeights, told) : undefined;
  if (large) return large;
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

function largeFirstStep(
  firstWeights: readonly number[],
  told: string,
): Extract<Verdict, { kind: 'denied' }> | undefined {
  const first = Math.max(0, ...firstWeights);
  if (first <= smallFirstStep) return undefined;
  return {
    kind: 'denied',
    because: `Risk is ${told}, and the first rollout step gives the new version ${first} % of the traffic at once; at most ${smallFirstStep} % is allowed.`,
    remedy: `Begin \`deploy.steps\` of this stage with a weight of at most ${smallFirstStep}, apply gantry.yaml, then start a new release.`,
  };
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

/** Whether what people agreed to no longer covers this: the band rose, or a hard blocker came up (semantics §4, "Void"). */
export function whyRiskVoids(agreed: RiskSnapshot, found: RiskSnapshot): string | undefined {
  if (riskBands.indexOf(found.band) > riskBands.indexOf(agreed.band))
    return `its risk rose from ${pointsText(agreed)}, to ${pointsText(found)}`;
  const fresh = found.blockers.find(({ id }) => !agreed.blockers.some((known) => known.id === id));
  return fresh && `it may not go on: ${fresh.because}`;
}

/** Known before anything is asked: the first step is too large however well all that is unknown turns out. */
export function refusedAhead(
  snapshot: RiskSnapshot,
  facts: Omit<RiskGateFacts, 'snapshot'>,
): string | undefined {
  const band = bandAt(snapshot.measured, facts.rule.bands);
  const duties = dutiesOf({ band, points: snapshot.measured }, facts.rule);
  if (!duties.includes('smallFirstStep')) return undefined;
  const verdict = largeFirstStep(facts.firstWeights, pointsText({ points: snapshot.measured, band }));
  return verdict && `${verdict.because} ${verdict.remedy}`;
}
