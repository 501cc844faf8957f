import type { AnalysisReport } from '../../domain/analysis/report.ts';
import type { Person } from '../../domain/policy/policy.schema.ts';
import type { AskedBefore } from '../../domain/release/asked-before.ts';
import type { StagePlan } from '../../domain/release/plan.ts';
import type { LeftPart } from '../../domain/rollout/live-in-part.ts';
import { undoTold } from '../../domain/rollout/undo-told.ts';
import { isBack, runsInWords, runsWhere, shareWord, wentWrong } from '../../domain/rollout/where.ts';
import {
  releaseTitle,
  type ReleaseView,
  type RolloutView,
  type StageView,
} from '../../domain/release/release.ts';
import type { NoticeInput } from '../contract.ts';
import type { Letter, Row } from './letter.ts';

/** All that a message may say, for one reader. Read from the record when the mail is made, so it is never stale. */
export interface Occasion {
  notice: NoticeInput;
  release: ReleaseView;
  stage?: StageView;
  request?: ApprovalFacts;
  /** What it has left by its end; only where that is told. */
  left?: readonly LeftPart[];
  /** What was measured by now, oldest first; only where an analysis holds the release. */
  analyses?: readonly AnalysisReport[];
  reader: Person;
  /** Time zone of the reader. */
  zone: string;
  /** Display name of a person id; the id itself where nobody has that id any more. */
  nameOf: (person: string) => string;
  releasePage: string;
  /** The approval link of this reader; only on requests. */
  reviewLink?: string;
  /** Takes the vote of this reader back; only on their own confirmation. */
  withdrawLink?: string;
}

export interface ApprovalFacts {
  id: string;
  plan: StagePlan;
  subjectDigest: string;
  deadline: string;
  /** Where people were asked before: why again, and what has changed since. */
  askedBefore?: AskedBefore;
  /** What whoever decides should know beside, a sentence each. */
  beside?: readonly string[];
}

/** One message: turns an occasion into a letter. Pure. */
export type Message = (occasion: Occasion) => Letter;

export const titleOf = ({ release }: Occasion): string => releaseTitle(release.components);

/** `shop 1.4.0 → production`, or only the title where no stage is concerned. */
export const subjectTitle = (occasion: Occasion): string => {
  const environment = occasion.notice.environment ?? occasion.release.stage;
  return environment === undefined ? titleOf(occasion) : `${titleOf(occasion)} → ${environment}`;
};

/** Rows that every message about a release carries; `now` is how it stands where that is not its headline. */
export function releaseRows(occasion: Occasion, now?: string): Row[] {
  const { release } = occasion;
  return [
    { label: 'Release', value: subjectTitle(occasion) },
    { label: 'Now', value: now ?? release.headline, isTold: true },
    { label: 'Asked for by', value: occasion.nameOf(release.requestedBy.person ?? release.requestedBy.id) },
    ...(release.owner === undefined ? [] : [{ label: 'Owner', value: occasion.nameOf(release.owner) }]),
  ];
}

/** What stands in each environment that this release has touched. */
export function whatRunsRows({ release, nameOf }: Occasion): { label: string; value: string }[] {
  return release.stages.flatMap((stage) =>
    stage.rollout
      .filter((rollout) => rollout.steps.some((step) => step.state !== 'pending'))
      .map((rollout) => ({
        label: stage.environment,
        value: `${rollout.service}: ${runsOf(rollout)}${undoInWords(rollout, stage.rollout, { release, nameOf })}`,
      })),
  );
}

/** Which version takes what; where something went wrong on the way, nobody knows that. */
function runsOf(rollout: RolloutView): string {
  const { version, exposure, targets } = rollout;
  if (!targets && wentWrong(rollout) && !isBack(rollout))
    return runsWhere(rollout)
      .map(({ runs }) => `${runs}${besides(rollout)}`)
      .join('; ');
  return `${version} takes ${exposure} % ${shareWord(rollout)}${besides(rollout)}${targets ? ` (${runsInWords({ rollout: [rollout] })})` : ''}`;
}

/** What became of its undo. One that nobody began says nothing of its own: where the release ended and left it, a person said so. */
function undoInWords(
  one: RolloutView,
  all: readonly RolloutView[],
  { release: { residue, ended }, nameOf }: Pick<Occasion, 'release' | 'nameOf'>,
): string {
  const { compensation } = one;
  if (!compensation) return '';
  const told = undoTold(one, all);
  if (told !== undefined) return `; ${told}`;
  if (compensation.state !== 'pending') return `; undo: ${compensation.because}`;
  if (residue !== 'left') return '';
  return `; left as it is${ended?.by === undefined ? '' : ` by ${nameOf(ended.by)}`}`;
}

/** What takes the rest; where there is none, what ran before. */
const besides = ({ previousVersion, exposure }: RolloutView): string =>
  previousVersion === undefined
    ? ''
    : exposure >= 100
      ? ` (before: ${previousVersion})`
      : `, ${previousVersion} the rest`;

export const releaseLink = (occasion: Occasion): { sentence: string; url: string } => ({
  sentence: 'Everything about this release:',
  url: occasion.releasePage,
});

/** The small print: why this mail came, and how to change that. */
export const whyYou = (occasion: Occasion, as: string): string[] => [
  `You get this as ${as}. People and roles are set in gantry.yaml.`,
  `Release ${occasion.release.id}.`,
];

/** What the reader is to this release, in words. */
export function roleOfReader({ release, reader }: Occasion): string {
  if (release.owner === reader.id) return 'owner of this release';
  if (release.requestedBy.id === reader.id || release.requestedBy.person === reader.id)
    return 'the person who asked for this release';
  return 'one of the people this release concerns';
}
