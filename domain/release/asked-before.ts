import { withoutStop } from '../full-stop.ts';
import { factorName, pointsText } from '../risk/words.ts';
import type { RiskSnapshot } from '../risk/snapshot.ts';
import { changesDifference, type AskedChanges } from './changes-difference.ts';
import { planDifference, type PlanDifference } from './plan-difference.ts';
import type { StagePlan } from './plan.ts';
import type { ApprovalState, VoteChoice } from './release.ts';
import { rulesInWords } from './stage-words.ts';

/** What somebody who was asked before must see first: why they are asked again, and what is another now (trust §1.2). */
export interface AskedBefore {
  /** One sentence. */
  because: string;
  /** Part by part; empty where nothing of what is asked about has changed. */
  difference: PlanDifference[];
  /** Title of the other release that it is compared with, where it came in nobody's place; what was voted on that one was never about this. */
  beside?: string;
  /** What was voted then, the last vote of each; absent: nobody voted. */
  votes?: readonly VotedBefore[];
}

/** A vote on what was asked about before. `at`: ISO 8601 in UTC. */
export interface VotedBefore {
  person: string;
  choice: VoteChoice;
  at: string;
}

/** A request as far as another one is compared with it. */
export interface Request {
  releaseId: string;
  title: string;
  plan: StagePlan;
  /** `open`, or how it was closed. */
  state?: string;
  closedBecause?: string;
  /** Changes as people saw them, where that is known. */
  changes?: AskedChanges;
  votes?: readonly VotedBefore[];
}

/**
 * What has changed from the one ask to the next. Votes that were given to the first are void, whatever has changed.
 * @param inItsPlace the second came in the place of the first; else two releases are compared that go to the same place
 */
export function askedBefore(before: Request, after: Request, inItsPlace = true): AskedBefore {
  const changes = changesDifference(before.changes, after.changes);
  return {
    because: inItsPlace ? whyAgain(before, after) : whyCompared(before),
    difference: [
      ...planDifference(before.plan, after.plan).filter((one) => changes.length === 0 || !isOtherList(one)),
      ...changes,
      ...riskDifference(before.plan.risk?.snapshot, after.plan.risk?.snapshot),
      ...dutyDifference(before.plan, after.plan),
    ],
    ...(inItsPlace ? {} : { beside: before.title }),
    ...(before.votes && before.votes.length > 0 ? { votes: before.votes } : {}),
  };
}

function whyAgain(before: Request, after: Request): string {
  if (before.releaseId !== after.releaseId)
    return `${after.title} takes the place of ${before.title}, about which people were asked before.`;
  return before.closedBecause === undefined
    ? 'People were asked before, and what they answered is void.'
    : `People are asked again because ${withoutStop(before.closedBecause)}.`;
}

const closedWords: Partial<Record<ApprovalState, string>> = {
  held: 'expired',
  rejected: 'was rejected',
  expired: 'expired',
  superseded: 'was superseded',
  withdrawn: 'was withdrawn',
};

function whyCompared({ title, plan, state, closedBecause }: Request): string {
  const word = closedWords[(state ?? 'open') as ApprovalState];
  const asked = `People were asked about ${title} for ${plan.environment} before`;
  if (state === 'approved') return `${asked}; that was approved and has not been deployed so far.`;
  if (word === undefined) return `${asked}, and it may still start.`;
  const why = closedBecause === undefined ? '' : `: ${withoutStop(closedBecause)}`;
  return `${asked}; that ${word} and was not deployed${why}.`;
}

/** Where both lists are known, what is new in them says more than that they differ. */
const isOtherList = ({ part, before }: PlanDifference): boolean =>
  part === 'Changes' && before === 'another list';

/**
 * What the reader had voted on what was asked about before, and that it does not count now; undefined where they had not.
 * @param when an instant as this reader reads it
 */
export function ownVoteBefore(
  { beside, votes = [] }: AskedBefore,
  reader: string,
  when: (at: string) => string,
): string | undefined {
  const own = votes.find(({ person }) => person === reader);
  if (!own) return undefined;
  const what = beside === undefined ? 'it then' : beside;
  const did = own.choice === 'approve' ? 'approved' : 'rejected';
  return `You ${did} ${what}, on ${when(own.at)}; for this you decide anew.`;
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
