import { withoutStop } from '../full-stop.ts';
import { factorName, pointsText } from '../risk/words.ts';
import type { RiskSnapshot } from '../risk/snapshot.ts';
import { planDifference, type PlanDifference } from './plan-difference.ts';
import type { StagePlan } from './plan.ts';
import type { Change, ReleaseView } from './release.ts';
import { changeInWords, rulesInWords } from './stage-words.ts';

/** What somebody who was asked before must see first: why they are asked again, and what is another now (trust §1.2). */
export interface AskedBefore {
  /** One sentence. */
  because: string;
  /** Part by part; empty where nothing of what is asked about has changed. */
  difference: PlanDifference[];
}

/** A request as far as another one is compared with it. */
export interface Request {
  releaseId: string;
  title: string;
  plan: StagePlan;
  closedBecause?: string;
  /** Changes of its release, where that is known to be the list that people saw. */
  changes?: ReleaseView['changes'];
}

/** What has changed from the one ask to the next. Votes that were given to the first are void, whatever has changed. */
export function askedBefore(before: Request, after: Request): AskedBefore {
  return {
    because: whyAgain(before, after),
    difference: [
      ...planDifference(before.plan, after.plan).filter((one) => !hidesChanges(one, before, after)),
      ...changesDifference(before.changes, after.changes),
      ...riskDifference(before.plan.risk?.snapshot, after.plan.risk?.snapshot),
      ...dutyDifference(before.plan, after.plan),
    ],
  };
}

function whyAgain(before: Request, after: Request): string {
  if (before.releaseId !== after.releaseId)
    return `${after.title} takes the place of ${before.title}, about which people were asked before.`;
  return before.closedBecause === undefined
    ? 'People were asked before, and what they answered is void.'
    : `People are asked again because ${withoutStop(before.closedBecause)}.`;
}

/** Where both lists are known, what is new in them says more than that they differ. */
const hidesChanges = ({ part, before: was }: PlanDifference, before: Request, after: Request): boolean =>
  part === 'Changes' && was === 'another list' && changesDifference(before.changes, after.changes).length > 0;

const changesShown = 5;

/** How many changes there are, and which of those that are listed were not listed before. */
function changesDifference(before: Request['changes'], after: Request['changes']): PlanDifference[] {
  if (!before || !after) return [];
  const known = new Set(before.top.map(({ commit }) => commit));
  const fresh = after.top.filter(({ commit }) => !known.has(commit));
  if (fresh.length === 0 && before.count === after.count) return [];
  return [{ part: 'Changes', before: String(before.count), after: `${after.count}${freshInWords(fresh)}` }];
}

function freshInWords(fresh: readonly Change[]): string {
  if (fresh.length === 0) return '';
  const left = fresh.length - changesShown;
  const shown = fresh.slice(0, changesShown).map(changeInWords).join('; ');
  return `; new: ${shown}${left > 0 ? ` and ${left} more` : ''}`;
}

/** The points as a whole, then each factor that weighs more or less than before. */
function riskDifference(before: RiskSnapshot | undefined, after: RiskSnapshot | undefined): PlanDifference[] {
  if (!before || !after) return [];
  const factors = after.factors.flatMap((is) => {
    const was = before.factors.find(({ factor }) => factor === is.factor);
    if (!was || was.points === is.points) return [];
    const worded = ({ points, sentence }: typeof is): string => `${points}: ${sentence}`;
    return [{ part: `Risk, ${factorName(is.factor)}`, before: worded(was), after: worded(is) }];
  });
  const [was, is] = [pointsText(before), pointsText(after)];
  const blockers = (risk: RiskSnapshot): string =>
    risk.blockers.map(({ because }) => because).join(' ') || 'none';
  const [stood, stands] = [blockers(before), blockers(after)];
  return [
    ...(was === is ? [] : [{ part: 'Risk', before: was, after: is }]),
    ...factors,
    ...(stood === stands ? [] : [{ part: 'Blockers', before: stood, after: stands }]),
  ];
}

/** Who must agree because of the risk, beside the rules of the stage itself. */
function dutyDifference(before: StagePlan, after: StagePlan): PlanDifference[] {
  const [was, is] = [dutyRules(before), dutyRules(after)];
  return was === is ? [] : [{ part: 'Asked because of the risk', before: was, after: is }];
}

const dutyRules = ({ rules, risk }: StagePlan): string =>
  rulesInWords(risk?.ownRules ? rules.slice(risk.ownRules.length) : []);
