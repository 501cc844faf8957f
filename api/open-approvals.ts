import { releaseTitle, type ReleaseView, type SeatView, type StageView } from '../domain/release/release.ts';
import type { Db } from '../platform/database/open.ts';
import { besideOf } from '../platform/record/asked-beside.ts';
import { openReleases } from '../platform/record/releases.ts';
import type { Caller } from './auth/caller.ts';
import { visibleServices } from './auth/narrowed-to.ts';

/** A request for approval that is open, as somebody sees it. */
export interface OpenApproval {
  requestId: string;
  releaseId: string;
  title: string;
  stage: string;
  subjectDigest: string;
  openedAt: string;
  deadline: string;
  headline: string;
  /** Rules that still need votes. */
  waitingFor: string[];
  /** Person ids. */
  asked: string[];
  /** Their own vote so far. */
  voted?: 'approve' | 'reject';
  /** Places that are not filled yet, with who may fill them. */
  seats: SeatView[];
  /** What whoever decides should know beside, a sentence each. */
  beside: string[];
  release: ReleaseView;
}

/** Every open request of releases that the caller may see, the nearest deadline first. */
export async function openApprovals(db: Db, caller: Caller): Promise<OpenApproval[]> {
  const isVisible = visibleServices(caller);
  const views = (await openReleases(db)).filter((view) =>
    view.components.every(({ service }) => isVisible(service)),
  );
  const open = views.flatMap((view) => view.stages.flatMap((stage) => openApproval(view, stage, caller)));
  const beside = await besideOf(db, open);
  const told = open.map((one, index) => ({ ...one, beside: beside[index] ?? [] }));
  return told.sort((a, b) => a.deadline.localeCompare(b.deadline));
}

function openApproval(view: ReleaseView, stage: StageView, caller: Caller): Omit<OpenApproval, 'beside'>[] {
  const { approval } = stage;
  if (approval?.state !== 'open') return [];
  const { requestId, subjectDigest, openedAt, deadline, asked } = approval;
  const voted = approval.votes.findLast((vote) => vote.person === caller.person?.id)?.choice;
  const seats = approval.seats.filter((seat) => seat.filled < seat.atLeast);
  return [
    {
      ...{ requestId, releaseId: view.id, title: releaseTitle(view.components), headline: view.headline },
      ...{ stage: stage.environment, subjectDigest, openedAt, deadline, asked, seats, release: view },
      waitingFor: seats.map(({ rule }) => rule),
      ...(voted === undefined ? {} : { voted }),
    },
  ];
}
