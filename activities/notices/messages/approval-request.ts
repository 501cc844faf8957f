import { inReleaseOrder } from '../../../domain/release/in-release-order.ts';
import { showInstant, showShort } from '../../../platform/instants.ts';
import type { StagePlan } from '../../../domain/release/plan.ts';
import { ownVoteBefore } from '../../../domain/release/asked-before.ts';
import { byImportance } from '../../../domain/release/changes.ts';
import {
  askedAs,
  changeInWords,
  checkInWords,
  checksInShort,
  fromTo,
  ifYouDoNothing,
  rollbackInWords,
  rolloutInWords,
} from '../../../domain/release/stage-words.ts';
import { bandWord, heaviestFirst, pointsText } from '../../../domain/risk/words.ts';
import { quorumInWords } from '../quorum-words.ts';
import type { LetterSection } from '../letter.ts';
import {
  releaseLink,
  subjectTitle,
  titleOf,
  type ApprovalFacts,
  type Message,
  type Occasion,
} from '../occasion.ts';

const changesShown = 10;
const checksShown = 20;

/** Asks one person to decide. Holds no approve or reject button: the page behind the link is where one decides. */
export const approvalRequest: Message = (occasion) => {
  const { request, release, zone, nameOf, reader } = occasion;
  if (!request) throw new Error('an approval request was to be mailed without its request');
  const { plan } = request;
  const asker = nameOf(release.requestedBy.person ?? release.requestedBy.id);
  const isSecondRound = isEscalated(occasion, request);
  return {
    subject: `[Approve] ${subjectTitle(occasion)} · by ${showShort(request.deadline, zone)}`,
    preheader: `${checksInShort(occasion.stage)} · ${count(release.changes.count, 'change')} · ${riskInShort(plan)}${rollbackInWords(plan)}`,
    opening: [
      ...(isSecondRound ? [secondRound(occasion)] : []),
      `${asker} asks you to approve ${titleOf(occasion)} for ${plan.environment} by ${showInstant(request.deadline, zone)}.`,
      ifYouDoNothing(plan, { isSecondRound }),
      ...(release.reason === undefined ? [] : [`${asker} says: ${release.reason}`]),
    ],
    ...(occasion.reviewLink === undefined
      ? {}
      : {
          button: {
            label: 'Review release',
            introduction: 'Review and decide (this link acts as you, do not forward it):',
            url: occasion.reviewLink,
          },
        }),
    sections: [
      ...besideSection(request),
      ...differenceSection(occasion, request),
      factsSection(occasion, request),
      ...checksSection(occasion),
      ...changesSection(occasion),
      ...riskSection(plan),
      { kind: 'facts', rows: [{ label: 'Rollback', value: rollbackInWords(plan) }] },
    ],
    links: [releaseLink(occasion)],
    closing: [
      `You get this as ${askedAs(plan, reader, nameOf)} on ${plan.environment}. The link acts as you: do not forward it.`,
      `Request ${request.id}, subject ${request.subjectDigest.slice(0, 12)}. Questions: answer this mail.`,
    ],
  };
};

/** Whether the request was given more time, because nobody who was needed decided in the first. */
const isEscalated = ({ stage }: Occasion, { id }: ApprovalFacts): boolean =>
  stage?.approval?.requestId === id && stage.approval.escalatedAt !== undefined;

/** Why there is a second mail, or a first one so late. */
function secondRound({ notice, stage, zone, reader }: Occasion): string {
  const since = stage?.approval?.escalatedAt;
  const when = since === undefined ? '' : ` by ${showInstant(since, zone)}`;
  const hasVoted = stage?.approval?.votes.some(({ person }) => person === reader.id) ?? false;
  const who =
    notice.kind === 'reminder' || hasVoted
      ? 'it has half the time again'
      : 'it has half the time again, and everybody whose vote is missing is asked, backup groups, too';
  return `Nobody who was needed decided${when}, so ${who}. There is no third round.`;
}

const reasonsShown = 5;

/** Risk, as reasons: what adds most, and how many more there are. */
function riskSection({ risk }: ApprovalFacts['plan']): LetterSection[] {
  if (!risk?.snapshot) return [];
  const reasons = heaviestFirst(risk.snapshot.factors);
  const left = reasons.length - reasonsShown;
  return [
    {
      kind: 'list',
      title: `Risk: ${pointsText(risk.snapshot)}`,
      items: reasons.slice(0, reasonsShown).map(({ sentence }) => sentence),
      ...(left > 0 ? { more: `and ${left} more` } : {}),
    },
  ];
}

const riskInShort = ({ risk }: ApprovalFacts['plan']): string =>
  risk?.snapshot ? `${bandWord(risk.snapshot.band)} risk · ` : '';

const count = (number: number, noun: string): string => `${number} ${noun}${number === 1 ? '' : 's'}`;

const differencesShown = 12;

/** First of all why people are asked again, what they had voted, and what is another than then: that vote does not count. */
function differenceSection({ reader, zone }: Occasion, { askedBefore }: ApprovalFacts): LetterSection[] {
  if (!askedBefore) return [];
  const { because, difference, beside } = askedBefore;
  const own = ownVoteBefore(askedBefore, reader.id, (at) => showInstant(at, zone));
  const left = difference.length - differencesShown;
  return [
    {
      kind: 'list',
      title:
        beside === undefined
          ? 'Changed since people were asked before (earlier votes are void)'
          : `Compared with ${beside}`,
      items: [
        because,
        ...(own === undefined ? [] : [own]),
        ...difference
          .slice(0, differencesShown)
          .map(({ part, before, after }) => `${part}: ${before} → ${after}`),
        ...(difference.length === 0 ? ['Nothing of what you are asked about is another.'] : []),
      ],
      ...(left > 0 ? { more: `and ${left} more, on the page` } : {}),
    },
  ];
}

const besideSection = ({ beside }: ApprovalFacts): LetterSection[] =>
  beside ? [{ kind: 'list', title: 'To know before you decide', items: [...beside] }] : [];

function factsSection(
  { release, stage, zone, nameOf, reader }: Occasion,
  { plan, deadline }: ApprovalFacts,
): LetterSection {
  const authors = [...new Set(release.changes.top.map((change) => change.author))];
  return {
    kind: 'facts',
    rows: [
      { label: 'Versions', value: inReleaseOrder(release, plan.components).map(fromTo).join('; ') },
      { label: 'Stage', value: stageName(plan) },
      ...(authors.length > 0 ? [{ label: 'Authors', value: authors.join(', ') }] : []),
      { label: 'When approved', value: `starts as soon as all gates are open: ${rolloutInWords(plan)}` },
      { label: 'Deadline', value: showInstant(deadline, zone) },
      {
        label: 'Approvals',
        value: `${quorumInWords(plan, stage?.approval, zone, nameOf)}. You are asked as: ${askedAs(plan, reader, nameOf)}`,
      },
    ],
  };
}

/** `eu-1 (production)`; one that is called so already is not called so twice. */
const stageName = ({ environment, production }: StagePlan): string =>
  production && environment !== 'production' ? `${environment} (production)` : environment;

function checksSection({ stage, nameOf }: Occasion): LetterSection[] {
  const checks = stage?.checks ?? [];
  if (checks.length === 0)
    return [{ kind: 'facts', rows: [{ label: 'Checks', value: 'this stage has none' }] }];
  const left = checks.length - checksShown;
  return [
    {
      kind: 'list',
      title: 'Checks',
      items: checks.slice(0, checksShown).map((check) => checkInWords(check, nameOf)),
      ...(left > 0 ? { more: `and ${left} more` } : {}),
    },
  ];
}

function changesSection({ release: { changes } }: Occasion): LetterSection[] {
  if (changes.count === 0)
    return [
      { kind: 'facts', rows: [{ label: 'Changes', value: 'no change list is known for this version' }] },
    ];
  const shown = byImportance(changes.top).slice(0, changesShown);
  const left = changes.count - shown.length;
  return [
    {
      kind: 'list',
      title: `Changes (${changes.count}${changes.breaking > 0 ? `, ${changes.breaking} breaking` : ''})`,
      items: shown.map(changeInWords),
      ...(left > 0 ? { more: `and ${left} more` } : {}),
    },
  ];
}
