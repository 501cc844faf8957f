import { mailDomain } from '../../platform/mail-domain.ts';
import { GantryError } from '../../platform/errors.ts';
import { requestById } from '../../platform/record/approvals.ts';
import { namesFor } from '../../platform/record/person-names.ts';
import { readRelease } from '../../platform/record/releases.ts';
import { remindByHand } from '../../platform/record/remind.ts';
import { route } from '../http/route.ts';
import { openApprovals } from '../open-approvals.ts';
import { BesideSchema, NamesSchema, z } from './common.schema.ts';

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
    beside: BesideSchema,
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
    schema: z
      .object({
        items: z.array(ApprovalItemSchema),
        others: z
          .number()
          .int()
          .optional()
          .describe('How many more are open that ask others, where these are left out.'),
      })
      .openapi('ApprovalRequestList'),
  },
  async handle({ deps, caller, query }) {
    const items = await openApprovals(deps.store.db, caller);
    const wanted =
      query.all === 'true' || !caller.person
        ? items
        : items.filter((one) => one.asked.includes(caller.grant.person));
    const others = items.length - wanted.length;
    return {
      body: {
        items: wanted.sort((a, b) => a.deadline.localeCompare(b.deadline)),
        ...(others > 0 ? { others } : {}),
      },
    };
  },
});

const remind = route({
  method: 'post',
  path: '/v1/approvals/{requestId}/reminders',
  action: 'approval.remind',
  summary: 'Mail everybody whom a request waits for once more, with a fresh link; once an hour.',
  params: z.strictObject({ requestId: z.uuid() }),
  body: z.strictObject({}),
  example: {},
  answer: {
    status: 200,
    description: 'Who was reminded.',
    schema: z.object({ reminded: z.array(z.string()), names: NamesSchema }).openapi('Reminded'),
  },
  problems: ['NOT_FOUND', 'APPROVAL_NOT_OPEN', 'APPROVAL_REMINDED_LATELY'],
  async subject({ deps, params: { requestId } }) {
    const request = await requestById(deps.store.db, requestId);
    const view = request && (await readRelease(deps.store.db, request.releaseId));
    if (!request || !view) throw new GantryError('NOT_FOUND', { what: 'approval request', id: requestId });
    const services = view.components.map(({ service }) => service);
    const requestedBy = view.requestedBy.person ?? view.requestedBy.id;
    return { object: { services, requestedBy }, value: { request, view } };
  },
  async handle({ deps, caller, now, requestId: httpRequestId }, { request, view }) {
    const { approval } = view.stages.find(({ environment }) => environment === request.stage) ?? {};
    if (request.state !== 'open' || approval?.requestId !== request.id)
      throw new GantryError('APPROVAL_NOT_OPEN', { request: request.id });
    const people = [...new Set(approval.seats.flatMap(({ candidates }) => candidates))].sort();
    if (people.length === 0)
      throw new GantryError('APPROVAL_NOT_OPEN', {
        request: request.id,
        detail: 'it waits for nobody whose vote is missing',
      });
    await remindByHand(deps.store.db, {
      requestId: request.id,
      releaseId: view.id,
      environment: request.stage,
      title: request.title,
      people,
      by: caller.actor,
      at: now.toISOString(),
      httpRequestId,
      domain: mailDomain(deps.config.mailFrom),
    });
    return { body: { reminded: people, ...(await namesFor(deps.store.db, people)) } };
  },
});

export const approvalRoutes = [list, remind];
