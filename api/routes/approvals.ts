import type { ReleaseView, StageView } from '../../domain/release/release.ts';
import { releaseTitle } from '../../domain/release/release.ts';
import { openReleases } from '../../platform/record/releases.ts';
import type { Caller } from '../auth/caller.ts';
import { route } from '../http/route.ts';
import { z } from './common.schema.ts';
import { visibleServices } from './lists.ts';

const ApprovalItemSchema = z
  .object({
    requestId: z.string(),
    releaseId: z.string(),
    title: z.string(),
    stage: z.string(),
    subjectDigest: z.string(),
    openedAt: z.string(),
    deadline: z.string(),
    headline: z.string(),
    waitingFor: z.array(z.string()).describe('Rules that still need votes.'),
    asked: z.array(z.string()),
    voted: z.enum(['approve', 'reject']).optional().describe('Your own vote so far.'),
  })
  .openapi('ApprovalRequest');

const list = route({
  method: 'get',
  path: '/v1/approvals',
  action: 'approval.list',
  summary:
    'Approval requests that are open, the nearest deadline first: those that ask you, or with all=true every one.',
  query: z.strictObject({ all: z.enum(['true', 'false']).default('false') }),
  answer: {
    status: 200,
    description: 'Open requests.',
    schema: z.object({ items: z.array(ApprovalItemSchema) }).openapi('ApprovalRequestList'),
  },
  async handle({ deps, caller, query }) {
    const isVisible = visibleServices(caller);
    const views = (await openReleases(deps.store.db)).filter((view) =>
      view.components.every(({ service }) => isVisible(service)),
    );
    const items = views.flatMap((view) => view.stages.flatMap((stage) => item(view, stage, caller)));
    const wanted =
      query.all === 'true' || !caller.person
        ? items
        : items.filter((one) => one.asked.includes(caller.grant.person));
    return { body: { items: wanted.sort((a, b) => a.deadline.localeCompare(b.deadline)) } };
  },
});

function item(view: ReleaseView, stage: StageView, caller: Caller): z.output<typeof ApprovalItemSchema>[] {
  const { approval } = stage;
  if (approval?.state !== 'open') return [];
  const { requestId, subjectDigest, openedAt, deadline, asked } = approval;
  const voted = approval.votes.findLast((vote) => vote.person === caller.person?.id)?.choice;
  const waitingFor = approval.seats.filter((seat) => seat.filled < seat.atLeast).map((seat) => seat.rule);
  const mine = voted === undefined ? {} : { voted };
  const release = { releaseId: view.id, title: releaseTitle(view.components), headline: view.headline };
  return [
    {
      requestId,
      ...release,
      stage: stage.environment,
      subjectDigest,
      openedAt,
      deadline,
      waitingFor,
      asked,
      ...mine,
    },
  ];
}

export const approvalRoutes = [list];
